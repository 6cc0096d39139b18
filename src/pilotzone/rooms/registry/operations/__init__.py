"""What changes a filing."""
