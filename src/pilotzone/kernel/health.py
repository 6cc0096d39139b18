"""What must hold for a zone to be ready: asked by /readyz and `pilotzone doctor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from pilotzone.kernel import events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

LAG_LIMIT = 10_000


@dataclass(frozen=True)
class Check:
    """One thing looked at: its key, whether it holds, what was found and what to do."""

    key: str
    ok: bool
    zh: str
    en: str


def checks() -> list[Check]:
    """Every check, in order; when the database cannot be reached only that is said."""
    first = _guarded("database", _reachable)
    if not first.ok:
        return [first]
    return [first, *(_guarded(key, look) for key, look in LOOKS)]


def _guarded(key: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except Error as failure:
        text = str(failure).splitlines()[0] if str(failure) else type(failure).__name__
        return Check(key, False, f"数据库出错：{text}", f"The database failed: {text}")


def _reachable() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", True, "数据库可用", "the database answers")


def _migrated() -> Check:
    executor = MigrationExecutor(connection)
    waiting = [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    named = ", ".join(waiting[:5])
    if waiting:
        return Check(
            "migrations", False, f"有未执行的迁移：{named}", f"migrations wait: {named}; run pilotzone migrate"
        )
    return Check("migrations", True, "迁移已全部执行", "all migrations are applied")


def _bound() -> Check:
    """The role of pages cannot pass row-level security, by itself or through a role it may become or a table it owns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT bool_or(rolsuper OR rolbypassrls) FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER'))"
            " OR EXISTS (SELECT 1 FROM pg_class WHERE relkind IN ('r', 'p') AND relname LIKE %s"
            " AND relowner = current_user::regrole)",
            ("kernel\\_%",),
        )
        loose = bool(cursor.fetchone()[0])
    if loose:
        return Check(
            "web_bypass",
            False,
            "网页角色可绕过行级安全：请改用无 BYPASSRLS 的 pz_web 角色",
            "the role of pages could bypass row-level security; use pz_web without BYPASSRLS",
        )
    return Check("web_bypass", True, "网页角色受行级安全约束", "the role of pages is bound by row-level security")


def _told() -> Check:
    with scope(PLATFORM):
        late = {n: v for n, v in events.lag().items() if v["behind"] > LAG_LIMIT or v["failures"] >= 3}
    named = ", ".join(f"{name} ({value['behind']})" for name, value in late.items())
    if late:
        return Check("events", False, f"事件消费滞后：{named}", f"event consumers are behind: {named}")
    return Check("events", True, "事件消费正常", "event consumers keep up")


LOOKS: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("migrations", _migrated),
    ("web_bypass", _bound),
    ("events", _told),
)
