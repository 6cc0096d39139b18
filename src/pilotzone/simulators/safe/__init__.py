"""The foreign-exchange administration (simulated): its list, its rates, its months, and trade-credit reports. Synthetic."""
