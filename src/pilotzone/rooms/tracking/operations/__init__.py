"""Reads events into the room's tables: timelines, and the facts the protected figures are made of."""
