"""A firm's own side: connectors from marketplaces, carriers and payment firms to one neutral record, and from it to our messages.

Runs on the firm's machine: no Django, no database, no clock of its own; tokens of the marketplace never leave it.
"""
