"""What is asked of filings."""
