"""Amazon Selling Partner API, orders v0."""
