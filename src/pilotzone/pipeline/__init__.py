"""Composes a batch across rooms: parse, match, assess, reserve, decide, write, receipts."""
