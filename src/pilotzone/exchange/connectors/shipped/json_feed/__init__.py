"""Generic JSON over HTTP, in the shape of docs/connectors.md."""
