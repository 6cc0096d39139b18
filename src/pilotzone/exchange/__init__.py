"""How messages enter and leave: formats, channels, inbox, outbox, signing, catalogue."""
