"""税: retail import tax, quota, guarantee, bills."""
