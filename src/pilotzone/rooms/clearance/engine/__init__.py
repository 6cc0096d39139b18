"""Pure clearance: kinds of documents, keys, what may follow what, matching, states. No database, no clock."""
