"""The kernel's migrations go back and forth: what undoing a step leaves is what stood before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

ALIAS = "back_and_forth"
STANDING = """
SELECT p.oid::regprocedure::text, p.prosrc, p.prosecdef::text, coalesce(p.proacl::text, '') FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'pz\\_%'
UNION ALL
SELECT c.relname, c.relkind::text, c.relrowsecurity::text, (
    SELECT string_agg(a.attname || ' ' || a.atttypid::regtype::text, ',' ORDER BY a.attname) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'kernel\\_%'
ORDER BY 1, 2
"""


@pytest.fixture
def empty(empty_database: dict[str, str], django_db_blocker: Any) -> Iterator[BaseDatabaseWrapper]:
    """A connection, as owner, to a database nothing was migrated in."""
    connections.databases[ALIAS] = connections.databases["default"] | empty_database
    with django_db_blocker.unblock():
        yield connections[ALIAS]
        connections[ALIAS].close()
    del connections[ALIAS], connections.databases[ALIAS]


def go(connection: BaseDatabaseWrapper, name: str | None) -> list[tuple[Any, ...]]:
    MigrationExecutor(connection).migrate([("kernel", name)])
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        return list(cursor.fetchall())


def test_every_step_goes_back_to_what_stood_before_it_and_forth_again(empty: BaseDatabaseWrapper) -> None:
    steps = sorted(name for app, name in MigrationExecutor(empty).loader.disk_migrations if app == "kernel")
    stood = [go(empty, None), *(go(empty, name) for name in steps)]
    assert len(stood[-1]) > len(stood[0]) == 0
    back = [go(empty, name) for name in (*reversed(steps[:-1]), None)]
    for step, was, is_ in zip(reversed(steps), reversed(stood[:-1]), back, strict=True):
        assert is_ == was, f"undoing {step}"
    assert go(empty, steps[-1]) == stood[-1]
