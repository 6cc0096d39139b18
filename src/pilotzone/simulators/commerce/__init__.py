"""The simulated system of commerce: filings of foreign traders, overseas warehouses, policy funds."""
