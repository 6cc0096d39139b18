"""Who may see and do what: persons, units, organisations, memberships, grants."""
