"""Looking for leaks: a zone with marked rows, every address of it, and who may read which mark."""
