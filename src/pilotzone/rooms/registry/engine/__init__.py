"""Pure rules of filing."""
