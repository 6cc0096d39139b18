"""Banks (simulated), each under its own code: accounts, remittances that come in, decisions. Synthetic."""
