"""Pages, public API, command line, settings and wiring."""
