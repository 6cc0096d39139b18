"""Generic table: the firm's own database."""
