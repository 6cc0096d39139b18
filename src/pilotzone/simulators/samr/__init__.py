"""Market regulation, simulated: its register of entities and the electronic licence. Synthetic."""
