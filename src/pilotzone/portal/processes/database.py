"""Roles and databases of a zone: who may connect as what. Idempotent; run by whoever may create roles.

`pz_owner` holds the tables and runs migrations; `pz_web` is the only role of pages, API and tests and can never
pass row-level security; `pz_flood` may, because COPY refuses it, and serves the pipeline alone. `pz_counterpart`
serves the simulators: it sees their schema and the clock, nothing of the platform.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from pilotzone.base.errors import Refused

FLOOR = 15  # the oldest major version of PostgreSQL a zone may stand on; tests/test_floor.py does
OWNER, WEB, FLOOD, COUNTERPART = "pz_owner", "pz_web", "pz_flood", "pz_counterpart"
ROLES = (
    (OWNER, "LOGIN NOSUPERUSER BYPASSRLS"),
    (WEB, "LOGIN NOSUPERUSER NOBYPASSRLS"),
    (FLOOD, "LOGIN NOSUPERUSER BYPASSRLS"),
    (COUNTERPART, "LOGIN NOSUPERUSER NOBYPASSRLS"),
)


def check_version(dsn: str) -> None:
    """Raise Refused `prepare.version` where the server is older than the floor: half of a zone would be laid out on it."""
    with psycopg.connect(dsn) as connection:
        found = connection.info.server_version // 10000
    if found < FLOOR:
        raise Refused(
            code="prepare.version",
            zh=f"数据库为 PostgreSQL {found}，平台需要 {FLOOR} 或更高版本。",
            en=f"The database is PostgreSQL {found}; the platform needs {FLOOR} or later.",
            source="docs/operations.md",
        )


def create_roles(admin_dsn: str) -> None:
    """Create the roles where they are missing and set their attributes."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for name, attributes in ROLES:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
            verb = "ALTER" if known else "CREATE"
            connection.execute(
                sql.SQL("{} ROLE {} {}").format(sql.SQL(verb), sql.Identifier(name), sql.SQL(attributes))
            )


def create_database(admin_dsn: str, name: str, *, template: str | None = None) -> bool:
    """Create a database owned by `pz_owner`; True when it was made now, False when it stood already."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return False
        statement = sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
        if template:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        connection.execute(statement)
        return True


def drop_database(admin_dsn: str, name: str) -> None:
    """Drop a database, ending its sessions."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def grant(owner_dsn: str) -> None:
    """Give the working roles what they need on today's and tomorrow's tables. The DBA's SQL for a real server too."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        for statement in GRANTS:
            connection.execute(statement)


COUNTERPART_GRANTS = (
    f"GRANT USAGE ON SCHEMA public TO {COUNTERPART}",
    f"GRANT SELECT ON kernel_clock TO {COUNTERPART}",
)
GRANTS = (
    COUNTERPART_GRANTS
    + tuple(
        line
        for role in (WEB, FLOOD)
        for line in (
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {role}",
        )
    )
    + (
        # row-level security is the partitioned table's: its partitions are reached through it alone
        "DO $$ DECLARE leaf regclass; BEGIN FOR leaf IN SELECT oid::regclass FROM pg_class WHERE relispartition"
        " AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " LOOP EXECUTE format('REVOKE ALL ON %s FROM pz_web', leaf); END LOOP; END $$",
        # a room says of a table by its comment that the flood, which row-level security does not hold, has no business there
        "DO $$ DECLARE shut regclass; BEGIN FOR shut IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND obj_description(oid, 'pg_class') = 'closed to the flood'"
        " LOOP EXECUTE format('REVOKE ALL ON %s FROM pz_flood', shut); END LOOP; END $$",
    )
)
