"""The simulated carriers, each under its customs code: parcels they book, move and deliver, told as docs/connectors.md says. Synthetic."""
