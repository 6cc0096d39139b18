"""The simulated system of the postal administration: items, licences, volumes."""
