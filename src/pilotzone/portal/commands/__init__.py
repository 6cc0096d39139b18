"""One module per verb of the command line; each exposes a click command named `command`."""
