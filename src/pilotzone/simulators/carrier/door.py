"""A carrier's addresses at the counterparts' door; its feed is the one of docs/connectors.md, Carrier.

POST /carrier/CODE/token        grant refresh_token (form); answers {"access_token"}, good for an hour or two of zone time
GET  /carrier/CODE/waybills     ?updated_since|created_on&page&size, shown a Bearer token: {"waybills", "more"}
GET  /carrier/CODE/figures      ?day: {"count", "charged"}
From this machine only:
GET  /carrier/CODE/parcels      ?state&q&page&size: {"parcels", "total"}
POST /carrier/CODE/book         {"rows": [a parcel]}: {"numbers"}
POST /carrier/CODE/move         {"numbers", "state", "place"}: {"moved": [number], "left": {number: state it is in}}
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from pilotzone.kernel import clock
from pilotzone.simulators.carrier import books

PREFIX = "/carrier/"
REFRESH = "synthetic"
Reply = tuple[HTTPStatus, dict[str, Any]]
AWAY: Reply = (HTTPStatus.SERVICE_UNAVAILABLE, {"error": "away"})
UNKNOWN: Reply = (HTTPStatus.NOT_FOUND, {"error": "not_found"})
NEAR = ("parcels", "book", "move")
MOST = 500
_CODE = re.compile(r"[0-9A-Z]{1,18}")


def serve(
    connection: books.Connection, method: str, path: str, query: dict[str, str], body: bytes, *,
    near: bool, shown: str = "",
) -> Reply:  # fmt: skip
    """One request below /carrier/; `shown` is its Authorization. Raises ValueError, KeyError, TypeError for one not in order."""
    carrier, _, what = path.removeprefix(PREFIX).partition("/")
    if not _CODE.fullmatch(carrier):
        return UNKNOWN
    now = clock.read(connection).now()
    if what in NEAR:
        return _driven(connection, method, carrier, what, query, body, now) if near else UNKNOWN
    how = books.read(connection, carrier)
    if how.down:
        return AWAY
    if what == "token" and method == "POST":
        return _token(carrier, body, now)
    if method != "GET" or what not in ("waybills", "figures"):
        return UNKNOWN
    if shown not in {f"Bearer {token(carrier, at)}" for at in (now, now - timedelta(hours=1))}:
        return HTTPStatus.UNAUTHORIZED, {"error": "token"}
    if what == "figures":
        count, charged = books.figures(connection, carrier, date.fromisoformat(query["day"]))
        return HTTPStatus.OK, {"count": count, "charged": str(charged)}
    return _waybills(connection, carrier, query)


def delay_s(connection: books.Connection, path: str) -> float:
    """How long a request below /carrier/ waits for its answer, seconds; who drives the carrier does not wait."""
    carrier, _, what = path.removeprefix(PREFIX).partition("/")
    return 0.0 if what in NEAR or not _CODE.fullmatch(carrier) else books.read(connection, carrier).delay_ms / 1000


def token(carrier: str, at: datetime) -> str:
    """The access token of that hour."""
    return hashlib.sha256(f"carrier {carrier} {at:%Y%m%d%H}".encode()).hexdigest()[:40]


def _token(carrier: str, body: bytes, now: datetime) -> Reply:
    asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    if asked.get("grant_type") != "refresh_token" or asked.get("refresh_token") != REFRESH:
        return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
    return HTTPStatus.OK, {"access_token": token(carrier, now)}


def _waybills(connection: books.Connection, carrier: str, query: dict[str, str]) -> Reply:
    day = date.fromisoformat(query["created_on"]) if "created_on" in query else None
    since = None if day else datetime.fromisoformat(query["updated_since"])
    found, more = books.page(connection, carrier, since=since, day=day, number=_page(query), size=_size(query))
    return HTTPStatus.OK, {"waybills": found, "more": more}


def _driven(
    connection: books.Connection,
    method: str,
    carrier: str,
    what: str,
    query: dict[str, str],
    body: bytes,
    now: datetime,
) -> Reply:
    if what == "parcels":
        found, total = books.parcels(
            connection,
            carrier,
            state=query.get("state", ""),
            text=query.get("q", ""),
            number=_page(query),
            size=_size(query),
        )
        return HTTPStatus.OK, {"parcels": found, "total": total}
    if method != "POST":
        return UNKNOWN
    told = json.loads(body)
    if what == "book":
        return HTTPStatus.OK, {"numbers": books.book(connection, carrier, told["rows"], now)}
    numbers = [str(number) for number in told["numbers"]]
    moved, left = books.move(connection, carrier, numbers, str(told["state"]), str(told.get("place") or ""), now)
    return HTTPStatus.OK, {"moved": moved, "left": left}


def _page(query: dict[str, str]) -> int:
    return max(1, int(query.get("page", "1")))


def _size(query: dict[str, str]) -> int:
    return max(1, min(int(query.get("size", "200")), MOST))
