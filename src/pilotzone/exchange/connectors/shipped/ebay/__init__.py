"""Orders in the style of eBay's fulfilment API."""
