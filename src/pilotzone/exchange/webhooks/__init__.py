"""Receipts pushed to the firms that want them: subscriptions, deliveries and their ledger, signatures (Standard Webhooks)."""
