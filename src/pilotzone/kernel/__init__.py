"""Persons, units, clock, audit, events, jobs: what every room stands on."""
