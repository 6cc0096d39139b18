"""The simulated system of the police: identities and vehicles."""
