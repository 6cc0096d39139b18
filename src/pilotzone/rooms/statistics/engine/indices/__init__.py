"""Indices of prices, volumes and unit values."""
