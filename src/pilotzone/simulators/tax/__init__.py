"""The simulated tax authority: its register of taxpayers; takes signed refund filings, asks, is told decisions, pays. Synthetic."""
