"""Where messages come from and go to: the watched folder, and the exchange node of the national system."""
