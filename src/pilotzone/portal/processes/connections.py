"""How a process reaches the database as one of the zone's roles. No Django: the small processes use this too."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pilotzone.portal.processes import database
from pilotzone.portal.processes.home import database_dir, socket_dir

NAME = "pilotzone"


def embedded() -> bool:
    """Whether the zone brings its own PostgreSQL."""
    return not os.environ.get("DATABASE_URL")


def dsn(role: str, state: Path) -> str:
    """A libpq connection string for `pz_owner`, `pz_web` …

    With DATABASE_URL its user is replaced by the role and its password by PILOTZONE_DB_PASSWORD_<WEB, OWNER, …>.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return make_conninfo(
            host=os.environ.get("PILOTZONE_DB_HOST") or str(socket_dir(database_dir(state))),
            user=role,
            dbname=os.environ.get("PILOTZONE_DB_NAME", NAME),
        )
    words = conninfo_to_dict(url)
    words["user"] = role
    given = os.environ.get(password_setting(role))
    if given or words.get("password"):
        words["password"] = given or words["password"]
    return make_conninfo("", **{key: value for key, value in words.items() if value is not None})


def where() -> str:
    """The database server's name for people, without its password."""
    if embedded():
        return "embedded"
    parts = urlsplit(os.environ["DATABASE_URL"])
    return f"{unquote(parts.hostname or 'local socket')}{parts.path}"


def password_setting(role: str) -> str:
    """The setting that holds a role's password, named after the role without its `pz_`."""
    return f"PILOTZONE_DB_PASSWORD_{role.removeprefix('pz_').upper()}"


def roles() -> tuple[str, ...]:
    """The roles as which this zone's processes connect; the counterparts' only where some are simulated."""
    ours = (database.OWNER, database.WEB, database.FLOOD)
    return (*ours, database.COUNTERPART) if simulated() else ours


def simulated() -> bool:
    """Whether the zone runs the simulated counterparts: always, unless PILOTZONE_CUSTOMS_URL names the real node."""
    return not os.environ.get("PILOTZONE_CUSTOMS_URL")


def dba_sql() -> str:
    """What the administrator of a PostgreSQL of one's own runs once in psql, as superuser, before the first start.

    The database is the one DATABASE_URL names.
    """
    name = str(conninfo_to_dict(os.environ.get("DATABASE_URL", "")).get("dbname") or NAME)
    quoted = '"' + name.replace('"', '""') + '"'
    lines = [f"CREATE ROLE {role} {attributes} PASSWORD '…';" for role, attributes in database.ROLES]
    lines += [
        f"CREATE DATABASE {quoted} OWNER {database.OWNER} TEMPLATE template0"
        " ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8';"
    ]
    lines += [f"\\connect {quoted}"]
    lines += [f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in ("ltree", "pg_trgm", "btree_gin")]
    return "\n".join(lines)
