"""What must not be shown, and the attacker it is hidden from."""
