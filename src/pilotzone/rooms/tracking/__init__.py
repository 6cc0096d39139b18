"""一键跟踪: the life of one order."""
