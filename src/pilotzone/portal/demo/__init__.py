"""The demonstration zone: a believable synthetic year, sent through the real pipeline. Synthetic from end to end."""
