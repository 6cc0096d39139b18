"""Drawing a sample and weighting its answers."""
