"""Row-level security in migrations: one call per table says who reads and who writes.

Policies are SQL expressions over the row and the functions pz_kind(), pz_person(), pz_organisation(), pz_unit(),
pz_buyer() and pz_is(kind, …) made by the kernel's first migration. A table without policies is closed.
A policy must survive settings that are '' (as they are after every transaction): the functions turn '' into NULL
or 'public', so never read current_setting() in a policy yourself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.migrations import RunSQL

NEVER = "false"
SYSTEM = "pz_is('system')"
CUSTOMS = "(pz_is('agency') AND pz_unit() = 'zone.customs')"
TAX_OFFICE = "(pz_is('agency') AND pz_unit() = 'zone.tax')"
ZONE_OFFICE = "pz_is('zone')"
# of the zone office, who the permission matrix lets see trades (data/units/roles.yaml, trade.see)
ZONE_SEES_TRADES = "(pz_is('zone') AND pz_role() IN ('zone_officer', 'auditor'))"


def any_of(*expressions: str) -> str:
    """The expressions joined by OR."""
    return "(" + " OR ".join(expressions) + ")"


def protect(table: str, *, read: str, insert: str = NEVER, update: str = NEVER, delete: str = NEVER) -> RunSQL:
    """Force row-level security on a table. Unnamed verbs are refused to everybody but roles that bypass it."""
    policies = _policies(table, read=read, insert=insert, update=update, delete=delete)
    forward: list[Any] = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        *policies,
    ]
    names = [policy.split()[2] for policy in policies]
    backward: list[Any] = [f"DROP POLICY {name} ON {table}" for name in names]
    backward += [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"]
    return RunSQL(forward, backward)


def reprotect(
    table: str, *, before: dict[str, str], read: str, insert: str = NEVER, update: str = NEVER, delete: str = NEVER
) -> RunSQL:
    """Replace the policies of a protected table; `before` names the old ones as they were given to `protect`."""
    new = {"read": read, "insert": insert, "update": update, "delete": delete}

    def swap(old: dict[str, str], now: dict[str, str]) -> list[Any]:
        drops = [f"DROP POLICY {table}_{verb} ON {table}" for verb, rule in old.items() if rule != NEVER]
        return drops + _policies(table, **now)

    return RunSQL(swap(before, new), swap(new, before))


def _policies(table: str, *, read: str, insert: str = NEVER, update: str = NEVER, delete: str = NEVER) -> list[Any]:
    policies: list[Any] = [f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})"]
    if insert != NEVER:
        policies.append(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({insert})")
    if update != NEVER:
        policies.append(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({update}) WITH CHECK ({update})")
    if delete != NEVER:
        policies.append(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING ({delete})")
    return policies


def audited(table: str, *, hide: tuple[str, ...] = ()) -> RunSQL:
    """Every row written to a desk table leaves its before and after in the audit trail; `hide` names columns kept out."""
    arguments = ", ".join(f"'{column}'" for column in hide)
    return RunSQL(
        f"CREATE TRIGGER {table}_audit AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION pz_audit_row({arguments})",
        f"DROP TRIGGER {table}_audit ON {table}",
    )


def sql_file(path: Path, *, undo: str = RunSQL.noop) -> RunSQL:
    """A migration step written as a file of SQL beside the app."""
    return RunSQL(path.read_text(encoding="utf-8"), undo)
