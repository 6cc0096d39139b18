"""The connectors that come with the platform, a folder each."""
