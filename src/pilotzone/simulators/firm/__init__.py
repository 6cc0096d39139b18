"""A receiving firm (simulated): its endpoint for pushed receipts, which can be told to misbehave. Synthetic."""
