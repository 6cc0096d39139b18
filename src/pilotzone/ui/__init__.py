"""Shared page components: templates, template tags, static sources."""
