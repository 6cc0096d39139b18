"""What of a month must stay hidden: its amounts as linked tables, protected by the rules and against what of it was told before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from pilotzone.rooms.statistics.engine import releasing as engine
from pilotzone.rooms.statistics.engine.disclosure.cells import Key
from pilotzone.rooms.statistics.engine.disclosure.rules import rules_on
from pilotzone.rooms.statistics.engine.regions import membership
from pilotzone.rooms.statistics.models import Ground
from pilotzone.rooms.statistics.queries.boundaries import places
from pilotzone.rooms.statistics.queries.definitions import regions

Before = tuple[list[engine.Amount], engine.Codes, frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A month as it stands: amounts by firm, the codes its tables name, the cells to hide, and by which rule (plain data)."""

    rows: list[engine.Amount]
    codes: engine.Codes
    hidden: frozenset[Key]
    rule: Mapping[str, Any]


def guarded(month: date, on: date) -> Guarded:
    """A month as a release due that day would have to hide it, bound to its last published vintage; as the platform."""
    rows, ground = _amounts(month), _ground(month)
    codes = engine.codes_of(rows, ground[1] if ground else None, membership(regions(), month))
    hidden, rule = _protected(rows, codes, ground, on)
    return Guarded(rows, codes, hidden, rule)


def hidden_now(month: date, on: date) -> frozenset[Key]:
    """The cells of a month that a release due that day would have to hide; those its last vintage hid, where nothing changed since."""
    ground = _ground(month)
    if ground is not None and _stored(_amounts(month)) == _stored(ground[0]):
        return ground[2]
    return guarded(month, on).hidden


def _ground(month: date) -> Before | None:
    found = Ground.objects.filter(release__month=month, release__state="published").order_by("-release__due_on").first()
    return _opened(bytes(found.body)) if found is not None else None


def _protected(
    rows: Sequence[engine.Amount], codes: engine.Codes, ground: Before | None, on: date
) -> tuple[frozenset[Key], Mapping[str, Any]]:
    from pilotzone.rooms.statistics.engine.disclosure.protect import protect
    from pilotzone.rooms.statistics.engine.disclosure.releases import against, secret

    rules = rules_on(on)
    now = engine.tables(rows, codes)
    if ground is not None:
        now = against(engine.tables(ground[0], ground[1]), ground[2], now)
    found = protect(now, rules, also=secret(now)) if rows else None
    rule = {
        "algorithm": engine.ALGORITHM, "disclosure": found.algorithm if found else "", "fewest": rules.fewest,
        "shares": [[n, share] for n, share in rules.shares], "p": rules.p, "tag": "P", "insiders": True,
        "unvalued": sum(row.unvalued for row in rows), "undollared": sum(row.undollared for row in rows),
        "programmes": found.programmes if found else 0, "tidied": found.tidied if found else True, "cells": found.cells if found else 0,
        "hidden": len(found.hidden & now.cells.keys()) if found else 0,
    }  # fmt: skip
    return (found.hidden if found else frozenset()), rule


def _amounts(month: date) -> list[engine.Amount]:
    """A month's amounts in the districts of its own day: what was recorded in one that has ended is its successor's before anything is
    protected, for added afterwards it would hide the successor with it."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [month])
        rows = [engine.Amount(*row) for row in cursor.fetchall()]
    found = places({(month, row.unit) for row in rows if row.unit}, of=None)
    return [replace(row, unit=found[month, row.unit][0]) if row.unit else row for row in rows]


def closed(rows: Sequence[engine.Amount], codes: engine.Codes, hidden: frozenset[Key]) -> bytes:
    """What stands behind a release, for the protection of the next vintage."""
    told = _stored(rows)
    return msgspec.json.encode({"rows": told, "codes": engine.packed(codes), "hidden": sorted(hidden)})


def _stored(rows: Sequence[engine.Amount]) -> list[list[Any]]:
    return [
        [row.firm, row.flow, row.mode, row.country, row.hs2, row.unit, row.port, str(row.cny), str(row.usd), row.orders]
        for row in rows
    ]


def _opened(body: bytes) -> Before:
    told = msgspec.json.decode(body)
    rows = [
        engine.Amount(firm, flow, mode, country, hs2, unit, port, Decimal(cny), Decimal(usd), orders)
        for firm, flow, mode, country, hs2, unit, port, cny, usd, orders in told["rows"]
    ]
    hidden = frozenset(tuple((part[0], part[1]) for part in cell) for cell in told["hidden"])
    return rows, engine.unpacked(told["codes"]), hidden


_ROWS = """
SELECT firm, flow, mode, country, left(hs, 2), unit, port, coalesce(sum(cny), 0), coalesce(sum(usd), 0), sum(orders),
       count(*), count(*) FILTER (WHERE cny IS NULL), count(*) FILTER (WHERE usd IS NULL)
FROM statistics_fact WHERE month = %s AND NOT back GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
"""
