"""Checks one message alone can answer: code lists of the day and business rules (spec §6.1, §6.3)."""
