"""The foreign-exchange administration (simulated): its name list and classes, rates, months, trade-credit reports. Synthetic."""
