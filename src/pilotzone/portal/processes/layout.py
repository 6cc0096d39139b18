"""A new zone's tables, laid out at once from what the migrations told an empty database.

Applying some 160 migrations one by one costs a new zone half a minute, nearly all of it Django's drawing its models
anew after each step. `schema.sql` holds the statements themselves (tools/schema.py writes it, a test holds it against
the migrations); a database that has any table, or migrations the file does not know, is migrated in the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

SCHEMA = Path(__file__).with_name("schema.sql")
HEAD = "-- Written by tools/schema.py from the migrations; never edited by hand.\n"
APPLIED = "-- applied: "
NOW = re.compile(r"DEFAULT '[0-9 :.+-]+'::timestamptz")  # a migration's own time, dropped by its next statement
# below PostgreSQL 17 a word added to an enumeration cannot be used in the transaction that added it
ADDED = re.compile(r"^ALTER TYPE (\w+) ADD VALUE ('\w+');\n", re.MULTILINE)


def record() -> str:
    """Apply every migration to this empty database; the statements that did it, with the migrations' names."""
    told: list[str] = []

    def listen(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql).strip().rstrip(";")
        if params is None and text and not text.upper().startswith("SELECT"):
            told.append(NOW.sub("DEFAULT 'epoch'::timestamptz", text))
        return execute(sql, params, many, context)

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    executor = MigrationExecutor(connection)
    with connection.execute_wrapper(listen):
        executor.migrate(executor.loader.graph.leaf_nodes())
    applied = "".join(f"{APPLIED}{app}.{name}\n" for app, name in sorted(recorder.applied_migrations()))
    return HEAD + applied + whole("".join(f"\n{text};\n" for text in told))


def whole(statements: str) -> str:
    """The statements with each enumeration made with the words that later ones add at its end. Words they put between others (BEFORE,
    AFTER) are left where they are: none is used by what follows."""
    for name, word in ADDED.findall(statements):
        made = re.compile(rf"(CREATE TYPE {name} AS ENUM \([^)]*?)(\s*\))")
        statements, found = made.subn(
            rf"\g<1>\n    , {word}\g<2>", statements, count=1
        )  # a comment may end the line before
        if not found:
            raise LookupError(f"no statement makes {name}")
    return ADDED.sub("", statements)


def lay() -> bool:
    """Lay out an empty database whole or not at all; False where it is not empty or the file is of other migrations."""
    if connection.introspection.table_names():
        return False
    text = SCHEMA.read_text(encoding="utf-8")
    names = [line.removeprefix(APPLIED) for line in text.splitlines() if line.startswith(APPLIED)]
    pairs = [(app, name) for app, _, name in (one.partition(".") for one in names)]
    if set(pairs) != set(MigrationLoader(None).graph.nodes):
        return False
    recorder = MigrationRecorder(connection)
    with transaction.atomic():
        recorder.ensure_schema()
        with connection.cursor() as cursor:
            cursor.execute(text)
        for app, name in pairs:
            recorder.record_applied(app, name)
    return True
