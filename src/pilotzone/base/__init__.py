"""Money, days, numbers and errors: for every floor above. No Django, no clock, no input or output."""
