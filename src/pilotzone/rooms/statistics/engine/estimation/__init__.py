"""From answers to totals, means, ratios, with their errors."""
