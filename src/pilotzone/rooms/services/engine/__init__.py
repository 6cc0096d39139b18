"""Pure rules of service items and cases."""
