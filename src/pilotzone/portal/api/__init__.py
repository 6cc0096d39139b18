"""The public JSON API below /api/v1/: what programs ask instead of pages. docs/api.md says each address by example."""
