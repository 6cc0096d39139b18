"""Departments' own systems, as the hub asks them for what their departments share (data/catalogue). Synthetic.

POST /departments/NAME/RESOURCE   {"where": {field: value}, "day"}; answers {"rows": [{field: value}]}
POST /departments/NAME/entries    {"rows": [{"resource", "key", "rows"}]}; makes rows known, from this machine only
NAME is samr, customs, tax, safe, police, post or commerce. How each behaves: conduct.py, on the switchboard as register:NAME.
What a department keeps anyway for its own work (lists, filings, bills, remittances, registers) it answers from there; the rest
from rows it was told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from pilotzone.kernel import clock
from pilotzone.simulators import conduct
from pilotzone.simulators.commerce import sharing as commerce
from pilotzone.simulators.customs import sharing as customs
from pilotzone.simulators.police import sharing as police
from pilotzone.simulators.post import sharing as post
from pilotzone.simulators.safe import sharing as safe
from pilotzone.simulators.samr import sharing as samr
from pilotzone.simulators.sharing import Tells, Told
from pilotzone.simulators.tax import sharing as tax

Connection = psycopg.Connection[Any]
Reply = tuple[HTTPStatus, dict[str, Any]]
PREFIX = "/departments/"
SHARED: Mapping[str, Mapping[str, Tells]] = {
    "samr": samr.SHARED, "customs": customs.SHARED, "tax": tax.SHARED, "safe": safe.SHARED, "police": police.SHARED,
    "post": post.SHARED, "commerce": commerce.SHARED,
}  # fmt: skip
AWAY: Reply = (HTTPStatus.SERVICE_UNAVAILABLE, {"code": "away"})
UNKNOWN: Reply = (HTTPStatus.NOT_FOUND, {"code": "not_found"})


def serve(connection: Connection, path: str, body: bytes, *, near: bool) -> Reply:
    """Answer a request below PREFIX; `near`: it comes from this machine. ValueError or KeyError where it is not in order."""
    name, _, what = path.removeprefix(PREFIX).partition("/")
    if name not in SHARED:
        return UNKNOWN
    asked = json.loads(body or b"{}")
    if what == "entries":
        return (HTTPStatus.OK, {"told": enter(connection, name, asked["rows"])}) if near else UNKNOWN
    tells = SHARED[name].get(what)
    return UNKNOWN if tells is None else _answer(connection, name, what, tells, asked)


def enter(connection: Connection, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Let a department know rows of its resources by key; the later word stands. KeyError for a resource that is not its own."""
    told, now = [], clock.read(connection).now()
    for one in rows:
        resource = str(one["resource"])
        if resource not in SHARED[name]:
            raise KeyError(resource)
        told.append((resource, str(one["key"]), Jsonb({"rows": list(one["rows"])}), now))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO simulators.register_entry (register, uscc, data, changed_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (register, uscc) DO UPDATE SET data = excluded.data, changed_at = excluded.changed_at",
            told,
        )
    return len(told)


def _answer(connection: Connection, name: str, resource: str, tells: Tells, asked: Mapping[str, Any]) -> Reply:
    behaves = conduct.read(connection, name)
    if behaves.delay_ms:
        time.sleep(min(behaves.delay_ms, 60_000) / 1000)
    if behaves.down:
        return AWAY
    if behaves.garbled:
        return HTTPStatus.OK, {"rows": "…"}
    if behaves.unknown:
        return HTTPStatus.OK, {"rows": []}
    where = {str(field): str(value) for field, value in dict(asked["where"]).items()}
    return HTTPStatus.OK, {"rows": tells(Told(connection, resource, where, clock.read(connection).now()))}
