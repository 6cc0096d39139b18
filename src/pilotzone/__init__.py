"""PilotZone 综试通: the open platform of a cross-border e-commerce comprehensive pilot zone."""
