"""A zone laid out at once is the same, to the last policy, as one that was migrated step by step."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from pilotzone.portal.processes import database, layout

OURS = "n.nspname IN ('public', 'simulators')"
# what a database is made of, one line a thing, without what differs by chance: numbers, owners' grants, the order of making
THINGS = {
    "columns": (
        "SELECT c.oid::regclass::text, c.relkind, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " a.attidentity, a.attstorage, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        f" LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE {OURS} AND NOT a.attisdropped"
    ),
    "tables": (
        "SELECT c.oid::regclass::text, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relpersistence,"
        " pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid), obj_description(c.oid), pg_get_viewdef(c.oid)"
        f" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {OURS} AND c.relkind <> 'i'"
    ),
    "indexes": f"SELECT indexname, indexdef FROM pg_indexes n WHERE {OURS.replace('n.nspname', 'n.schemaname')}",
    "constraints": (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(o.oid), convalidated, condeferrable, condeferred"
        f" FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace WHERE {OURS}"
    ),
    "policies": "SELECT tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies",
    "triggers": "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "functions": (
        "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid), obj_description(p.oid), p.proacl::text FROM pg_proc p"
        f" JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {OURS} AND p.prokind = 'f'"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    ),
    "sequences": "SELECT sequencename, data_type::text, start_value, increment_by FROM pg_sequences",
    "extensions": "SELECT extname FROM pg_extension",
    "types": (
        "SELECT t.typname, array_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_type t"
        " JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname"
    ),
}


def described(dsn: str) -> dict[str, list[str]]:
    """Everything the database is made of, and how many rows each table holds."""
    with psycopg.connect(dsn) as opened:
        found = {what: sorted(map(repr, opened.execute(question).fetchall())) for what, question in THINGS.items()}
        tables = [row[0] for row in opened.execute(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            f" WHERE {OURS} AND c.relkind IN ('r', 'p') AND c.relname NOT IN"
            " ('django_migrations', 'django_content_type', 'auth_permission', 'django_site')"
        )]  # fmt: skip
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in sorted(tables))
        found["rows"] = sorted(map(repr, opened.execute(counts).fetchall()))
    return found


def test_the_file_says_what_the_migrations_do(
    server: Any, fresh_database: Callable[[str], str], empty_database: dict[str, str]
) -> None:
    laid = described(server.dsn(role=database.OWNER, database=fresh_database(empty_database["NAME"] + "_laid")))
    environment = os.environ | {"PILOTZONE_DB_ROLE": "owner", "PILOTZONE_DB_NAME": empty_database["NAME"]}
    migrate = [sys.executable, "-m", "django", "migrate", "-v0", "--settings", "pilotzone.portal.testing"]
    subprocess.run(migrate, check=True, env=environment, stdin=subprocess.DEVNULL, timeout=400)
    migrated = described(server.dsn(role=database.OWNER, database=empty_database["NAME"]))
    for what, lines in migrated.items():
        assert lines == laid[what], f"{what} differ: run tools/schema.py"
        assert lines


@pytest.mark.django_db
def test_a_database_with_tables_is_migrated() -> None:
    assert layout.lay() is False


@pytest.mark.django_db
def test_a_file_of_other_migrations_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "schema.sql"
    text = layout.SCHEMA.read_text("utf-8")
    other.write_text(text.replace("-- applied: kernel.0001_initial\n", "") + "\nCREATE TABLE wrong ();\n", "utf-8")
    monkeypatch.setattr(layout, "SCHEMA", other)
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [])
    assert layout.lay() is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('wrong')")
        assert cursor.fetchone() == (None,)


def test_words_added_to_an_enumeration_are_made_with_it() -> None:
    """PostgreSQL 15 and 16 refuse a word in the transaction that added it to an enumeration (`unsafe use of new value`)."""
    told = "CREATE TYPE fruit AS ENUM (\n    'apple',\n    'pear' -- the last\n);\n\nALTER TYPE fruit ADD VALUE 'fig';\nALTER TYPE fruit ADD VALUE 'nut';\n"
    made = "CREATE TYPE fruit AS ENUM (\n    'apple',\n    'pear' -- the last\n    , 'fig'\n    , 'nut'\n);\n\n"
    assert layout.whole(told) == made
    assert not layout.ADDED.search(layout.SCHEMA.read_text("utf-8"))
