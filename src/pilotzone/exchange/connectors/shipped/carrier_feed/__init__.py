"""A carrier's waybills, in the shape of docs/connectors.md (合成)."""
