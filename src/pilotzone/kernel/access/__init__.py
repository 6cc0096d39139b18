"""Who may see and do what: persons, units, organisations, memberships, grants.

`scope` opens the transaction everything runs in, `doors` fetch protected things and ask for permission, `members`
and `certificates` change who may act, `roles` is the permission matrix. Deny by default.
"""
