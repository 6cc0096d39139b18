"""Trend, season and irregular of a monthly series."""
