"""Pure: from events to timelines."""
