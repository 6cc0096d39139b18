"""The data exchange at its pages."""
