"""A payment firm's settlement report, in the shape of docs/connectors.md (合成)."""
