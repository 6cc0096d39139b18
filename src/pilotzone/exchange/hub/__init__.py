"""The hub: one department asks another or sends it messages, within an agreement, and everything is provable afterwards.

`rights`, `envelope`, `chain` are pure; `agreements`, `corrections`, `asking`, `mailbox`, `log`, `counts`, `clients` work on the
exchange's own tables (sql/hub.sql). `providers` is where the portal plugs in who answers for a resource. `verifier` imports
nothing of ours: it travels with every exported bundle.
"""
