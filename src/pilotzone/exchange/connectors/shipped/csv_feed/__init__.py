"""Generic CSV, in the columns of docs/connectors.md."""
