"""The pages of the data exchange: catalogue, requests, reconciliation, messages, and who used a firm's data; and who answers."""
