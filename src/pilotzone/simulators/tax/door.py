"""The tax authority's addresses at the counterparts' door."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import psycopg

from pilotzone.kernel import clock
from pilotzone.simulators import faults
from pilotzone.simulators.tax import filings

Connection = psycopg.Connection[Any]
Reply = tuple[HTTPStatus, dict[str, Any]]
AWAY: Reply = (HTTPStatus.SERVICE_UNAVAILABLE, {"code": "tax.down", "text": "system"})


def take(connection: Connection, query: dict[str, str], body: bytes) -> Reply:
    """POST /tax/filings."""
    behaviour = faults.read(connection)
    if behaviour.tax_down:
        return AWAY
    told = json.loads(body)
    return HTTPStatus.OK, dict(filings.take(connection, told, behaviour, clock.read(connection).now()))


def answered(connection: Connection, query: dict[str, str], body: bytes) -> Reply:
    """POST /tax/answers."""
    if faults.read(connection).tax_down:
        return AWAY
    told = json.loads(body)
    return _known(filings.answer(connection, str(told["number"]), str(told["text"])))


def decided(connection: Connection, query: dict[str, str], body: bytes) -> Reply:
    """POST /tax/decisions."""
    if faults.read(connection).tax_down:
        return AWAY
    told = json.loads(body)
    now = clock.read(connection).now()
    return _known(filings.decide(connection, str(told["number"]), str(told["decision"]), now))


def news(connection: Connection, query: dict[str, str], body: bytes) -> Reply:
    """GET /tax/news."""
    if faults.read(connection).tax_down:
        return AWAY
    return HTTPStatus.OK, {"news": filings.news(connection)}


def acknowledged(connection: Connection, query: dict[str, str], body: bytes) -> Reply:
    """POST /tax/news/ack. With the fault `tax_repeat` the news are told once more."""
    behaviour = faults.read(connection)
    if behaviour.tax_down:
        return AWAY
    ids = [int(number) for number in json.loads(body)["ids"]]
    return HTTPStatus.OK, {"acknowledged": 0 if behaviour.tax_repeat else filings.acknowledge(connection, ids)}


def _known(found: bool) -> Reply:
    return (HTTPStatus.OK, {"ok": True}) if found else (HTTPStatus.NOT_FOUND, {"code": "tax.unknown"})


POSTS = {
    "/tax/filings": take, "/tax/answers": answered, "/tax/decisions": decided, "/tax/news/ack": acknowledged,
}  # fmt: skip
