"""What was used: for owner and consumer by agreement, for the firm concerned by field, and as measures of the catalogue."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.base.days import add_days
from pilotzone.exchange.catalogue.measures import SERVICE_DAYS, Service, Use
from pilotzone.exchange.hub import rows
from pilotzone.exchange.hub.corrections import MINE
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

_COLUMNS = "id, at, agreement, resource, owner, consumer, article, fields, rows, outcome, way, took_ms"
# the outcomes that are the owner's failure; every other refusal is the asker's
FAILED = ("hub.no_provider", "hub.row_large", "hub.owner_away", "hub.owner_garbled")
ANSWERED = "answered"
MEASURED_DAYS = 366


def uses(
    *, agreement: int | None = None, limit: int = 200, before: int | None = None, consumer: str = "", outcome: str = ""
) -> list[dict[str, Any]]:
    """The use log the caller sees, the newest first; of one agreement, one consumer, one outcome or of all; below `before`."""
    return rows.every(
        f"SELECT {_COLUMNS} FROM exchange_hub_use WHERE (%s::bigint IS NULL OR agreement = %s) AND (%s = '' OR consumer = %s)"  # noqa: S608 (our own names)
        " AND (%s = '' OR outcome = %s) AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s",
        (agreement, agreement, consumer, consumer, outcome, outcome, before, before, limit),
    )


def of_firm(*, limit: int = 200, before: int | None = None, consumer: str = "") -> list[dict[str, Any]]:
    """Who received which fields of the caller's firm, when, under which article. Row-level security shows its own only."""
    require(MINE)
    return uses(limit=limit, before=before, consumer=consumer, outcome="answered")


def measured() -> dict[str, Use]:
    """What the hub measured of every resource: public, so asked as the platform."""
    with scope(PLATFORM):
        found = rows.every(
            "SELECT resource, max(at) FILTER (WHERE outcome = 'answered') AS last_at, count(*) AS asked,"
            " count(*) FILTER (WHERE outcome = ANY(%s)) AS failed, sum(cells) AS cells, sum(empty) AS empty"
            " FROM exchange_hub_use WHERE day >= %s GROUP BY resource",
            (list(FAILED), add_days(clock.today(), -MEASURED_DAYS)),
        )
    return {
        one["resource"]: Use(
            one["last_at"], int(one["asked"]), int(one["failed"]), int(one["cells"]), int(one["empty"])
        )
        for one in found
    }


def connected(on: date) -> list[str]:
    """The bodies that gave or got something under an agreement within a year up to that day, by their places in the tree: rows of a query,
    or a message. Who they were its first and its last use say, for a resource may change its owner."""
    span = (add_days(on, -MEASURED_DAYS), on)
    used = (
        "(SELECT owner, consumer FROM exchange_hub_use WHERE agreement = a.id AND day > %s AND day <= %s AND outcome = %s"
        " AND (rows > 0 OR way = 'message') ORDER BY day {0}, id {0} LIMIT 1)"
    )
    with scope(PLATFORM):
        found = rows.every(
            f"SELECT u.owner, u.consumer FROM exchange_hub_agreement a, LATERAL ({used.format('ASC')} UNION {used.format('DESC')}) u",  # noqa: S608
            (*span, ANSWERED, *span, ANSWERED),
        )
    return sorted({body for one in found for body in (one["owner"], one["consumer"])})


def served(code: str) -> Service:
    """How a resource answered queries in the last SERVICE_DAYS: counts and the 95th percentile, public as the quality is."""
    with scope(PLATFORM):
        found = rows.first(
            "SELECT count(*) FILTER (WHERE outcome = %s) AS answered, count(*) FILTER (WHERE outcome = ANY(%s)) AS failed, count(took_ms) AS timed,"
            " percentile_disc(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95 FROM exchange_hub_use WHERE resource = %s AND way = 'query' AND day > %s",
            (ANSWERED, list(FAILED), code, add_days(clock.today(), -SERVICE_DAYS)),
        )  # fmt: skip
    if found is None:
        return Service()
    return Service(int(found["answered"]), int(found["failed"]), int(found["timed"]), found["p95"])


def queries(code: str, *, outcome: str = "", limit: int = 50, before: int | None = None) -> list[dict[str, Any]]:
    """What `served` counts, the newest first, as far as the caller sees the use log; `outcome`: answered, failed or both."""
    asked = {ANSWERED: [ANSWERED], "failed": list(FAILED)}.get(outcome, [ANSWERED, *FAILED])
    return rows.every(
        f"SELECT {_COLUMNS} FROM exchange_hub_use WHERE resource = %s AND way = 'query' AND day > %s AND outcome = ANY(%s)"  # noqa: S608 (our own names)
        " AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s",
        (code, add_days(clock.today(), -SERVICE_DAYS), asked, before, before, limit),
    )
