"""The page of timelines."""
