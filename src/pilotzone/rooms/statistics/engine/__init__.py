"""Pure computation of the statistics."""
