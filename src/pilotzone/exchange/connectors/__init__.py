"""A firm's own side of its marketplaces: connectors from their orders to one neutral sale, and from it to our order message.

Runs on the firm's machine: no Django, no database, no clock of its own; tokens of the marketplace never leave it.
"""
