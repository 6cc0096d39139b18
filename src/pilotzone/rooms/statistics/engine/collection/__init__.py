"""What a report must pass, and what it is held against."""
