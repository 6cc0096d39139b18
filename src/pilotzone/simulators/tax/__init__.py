"""The simulated tax authority: takes signed refund filings, gives receipts, asks, is told decisions, pays."""
