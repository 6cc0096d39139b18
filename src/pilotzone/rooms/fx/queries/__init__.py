"""What pages and programs ask of the room. Row-level security decides what the caller sees; nothing here widens it."""
