"""What is asked of items and cases."""
