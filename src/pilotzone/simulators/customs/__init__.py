"""Customs (海关), as the platform meets it: messages in, receipts and tax bills out. Synthetic."""
