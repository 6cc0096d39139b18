"""What was used: for owner and consumer by agreement, for the firm concerned by field, and as measures of the catalogue."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.catalogue.measures import Use
from pilotzone.exchange.hub import rows
from pilotzone.exchange.hub.corrections import MINE
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

_COLUMNS = "id, at, agreement, resource, owner, consumer, article, fields, rows, outcome, way"


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
            " count(*) FILTER (WHERE outcome IN ('hub.no_provider', 'hub.row_large', 'hub.owner_away', 'hub.owner_garbled')) AS failed, sum(cells) AS cells, sum(empty) AS empty"
            " FROM exchange_hub_use WHERE day >= (pz_now() AT TIME ZONE 'Asia/Shanghai')::date - 366 GROUP BY resource"
        )
    return {
        one["resource"]: Use(
            one["last_at"], int(one["asked"]), int(one["failed"]), int(one["cells"]), int(one["empty"])
        )
        for one in found
    }
