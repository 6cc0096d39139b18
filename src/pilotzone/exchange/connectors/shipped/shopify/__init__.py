"""Shopify Admin REST API, orders."""
