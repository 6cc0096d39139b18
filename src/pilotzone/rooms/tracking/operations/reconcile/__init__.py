"""The daily reconciliation at work: ledgers gathered, judged, kept."""
