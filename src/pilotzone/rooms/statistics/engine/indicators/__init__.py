"""Indicators as data: definitions, formulas, growth."""
