"""The tag library `pz`."""
