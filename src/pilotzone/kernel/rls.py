"""Row-level security in migrations: one call per table says who reads and who writes.

Policies are SQL expressions over the row and the functions pz_kind(), pz_person(), pz_organisation(), pz_unit(),
pz_buyer() and pz_is(kind, …) made by the kernel's first migration. A table without policies is closed.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

NEVER = "false"
SYSTEM = "pz_is('system')"
CUSTOMS = "(pz_is('agency') AND pz_unit() = 'zone.customs')"
TAX_OFFICE = "(pz_is('agency') AND pz_unit() = 'zone.tax')"
ZONE_OFFICE = "pz_is('zone')"


def any_of(*expressions: str) -> str:
    """The expressions joined by OR."""
    return "(" + " OR ".join(expressions) + ")"


def protect(table: str, *, read: str, insert: str = NEVER, update: str = NEVER, delete: str = NEVER) -> RunSQL:
    """Force row-level security on a table. Unnamed verbs are refused to everybody but roles that bypass it."""
    policies = [f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})"]
    if insert != NEVER:
        policies.append(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({insert})")
    if update != NEVER:
        policies.append(
            f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({update}) WITH CHECK ({update})"
        )
    if delete != NEVER:
        policies.append(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({delete})")
    forward = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        *policies,
    ]
    names = [policy.split()[2] for policy in policies]
    backward = [f"DROP POLICY {name} ON {table}" for name in names]
    backward += [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    return RunSQL(forward, backward)
