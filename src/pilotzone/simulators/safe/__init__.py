"""The foreign exchange administration, simulated: its name list and classes. Synthetic."""
