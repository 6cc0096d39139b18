"""The doors of the four registers and of the electronic licence, their books, and their faults on demand.

POST /registers/NAME/look-up   {"uscc", "ticket"}; answers {"serial", "data"} or {"see": the code it has now}
POST /registers/NAME/entries   {"rows": [{"uscc", "data"}]}; makes bodies known, from this machine only
POST /registers/NAME/control   {} tells how the register behaves, fields change it (conduct.py)
POST /licence/sign-on          {"uscc", "account", "code"}; the electronic licence
NAME is samr, customs, tax or safe.
"""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.simulators import conduct
from pilotzone.simulators.customs import register as customs
from pilotzone.simulators.safe import register as safe
from pilotzone.simulators.samr import licence
from pilotzone.simulators.samr import register as samr
from pilotzone.simulators.tax import register as tax

Reply = tuple[HTTPStatus, dict[str, Any]]
PREFIXES = ("/registers/", "/licence/")
BOOKS = {module.NAME: module for module in (samr, customs, tax, safe)}
AWAY: Reply = (HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"})


def serve(connection: psycopg.Connection[Any], path: str, body: bytes, *, near: bool) -> Reply:
    """Answer a request below PREFIXES; `near`: it comes from this machine."""
    asked = json.loads(body or b"{}")
    if path == "/licence/sign-on":
        return _licence(connection, asked)
    name, _, verb = path.removeprefix("/registers/").partition("/")
    if name not in BOOKS or verb not in _VERBS or (verb == "entries" and not near):
        return HTTPStatus.NOT_FOUND, {"code": "not_found"}
    return _VERBS[verb](connection, name, asked)


def _look_up(connection: psycopg.Connection[Any], name: str, asked: dict[str, Any]) -> Reply:
    behaves, uscc = conduct.read(connection, name), str(asked["uscc"])
    if behaves.delay_ms:
        time.sleep(min(behaves.delay_ms, 60_000) / 1000)
    if behaves.down:
        return AWAY
    if behaves.garbled:
        return HTTPStatus.OK, {"serial": "?", "data": "…"}
    if behaves.cycle:
        return HTTPStatus.OK, {"see": uscc[:-1] if uscc.endswith("~") else uscc + "~"}
    row = connection.execute(
        "SELECT data, changed_at FROM simulators.register_entry WHERE register = %s AND uscc = %s", (name, uscc)
    ).fetchone()
    if row is None or behaves.unknown:
        return HTTPStatus.NOT_FOUND, {"code": "unknown"}
    if row[0].get("see"):
        return HTTPStatus.OK, {"see": row[0]["see"]}
    told = BOOKS[name].tell(row[0], verified=licence.opens(connection, str(asked.get("ticket", "")), uscc))
    if told is None:
        return HTTPStatus.FORBIDDEN, {"code": "proof"}
    return HTTPStatus.OK, {"serial": f"{name}-{row[1].astimezone(SHANGHAI):%Y%m%d%H%M%S}", "data": told}


def _entries(connection: psycopg.Connection[Any], name: str, asked: dict[str, Any]) -> Reply:
    now = clock.read(connection).now()
    rows = [(name, str(one["uscc"]), Jsonb(dict(one["data"])), now) for one in asked["rows"]]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO simulators.register_entry (register, uscc, data, changed_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (register, uscc) DO UPDATE SET data = excluded.data, changed_at = excluded.changed_at",
            rows,
        )
    return HTTPStatus.OK, {"rows": len(rows)}


def _control(connection: psycopg.Connection[Any], name: str, asked: dict[str, Any]) -> Reply:
    told = conduct.change(connection, name, asked)
    return HTTPStatus.OK, msgspec.structs.asdict(told)


def _licence(connection: psycopg.Connection[Any], asked: dict[str, Any]) -> Reply:
    if conduct.read(connection, "samr").down:
        return AWAY
    told = licence.sign_on(connection, str(asked["uscc"]), str(asked["account"]), str(asked["code"]))
    return (HTTPStatus.OK, dict(told)) if told else (HTTPStatus.FORBIDDEN, {"code": "licence.refused"})


_VERBS = {"look-up": _look_up, "entries": _entries, "control": _control}
