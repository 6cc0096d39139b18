"""What can be asked: timelines, hours of a day, protected figures of a month."""
