"""Writes of the room, each one verb."""
