"""The tax administration, simulated: its register of taxpayers. Synthetic."""
