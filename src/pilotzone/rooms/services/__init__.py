"""Service items as files, cases, one inbox."""
