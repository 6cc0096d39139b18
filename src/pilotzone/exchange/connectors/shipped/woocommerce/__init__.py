"""WooCommerce REST API v3, orders."""
