"""The selection rules in force, the proposals they made, and how often what a rule hit was a problem: published by rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance.engine import inspection_selection as selection
from pilotzone.rooms.clearance.models import InspectionProposal, InspectionRules
from pilotzone.rooms.clearance.queries import inspection_settings as settings

CONTROL = "control"


def editions() -> list[selection.Edition]:
    """Every edition: the shipped ones, then those the zone wrote and another person approved, which begin on their own day."""
    own = []
    for row in InspectionRules.objects.filter(approved=True).order_by("decided_at", "pk"):
        try:
            (one,) = settings.editions_of(row.body)
        except Refused:
            continue  # written for an older form; the shipped ones hold
        own.append(selection.Edition(one.name, row.since, one.threshold, one.control, one.rules, one.tag))
    return [*settings.shipped_editions(), *own]


def edition_on(on: date) -> selection.Edition | None:
    """The edition of a day."""
    return selection.in_force(editions(), on)


def written(page: int = 1, size: int = 50) -> dict[str, Any]:
    """Editions handed in, the newest first, with who wrote and who decided."""
    found = InspectionRules.objects.select_related("written_by", "decided_by").order_by("-pk")
    total = found.count()
    page = max(1, min(page, -(-total // size)))
    rows = [
        {
            "id": one.pk, "note": one.note, "since": one.since, "written_at": one.written_at, "written_by": str(one.written_by),
            "author": one.written_by_id, "decided_at": one.decided_at, "decided_by": str(one.decided_by or ""),
            "approved": one.approved, "reason": one.reason, "body": one.body,
        }
        for one in found[(page - 1) * size : page * size]
    ]  # fmt: skip
    return {"rows": rows, "total": total, "page": page}


def proposals(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """What was proposed, the newest first. Filters: state, control, number (of the order), id."""
    asked, found = filters or {}, InspectionProposal.objects.order_by("-pk")
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    if asked.get("control"):
        found = found.filter(control=True)
    if number := str(asked.get("number", "")).strip():
        found = found.filter(order_no=number[:60])
    if asked.get("id"):
        found = found.filter(pk=asked["id"])
    rows = found[(page - 1) * size : page * size]
    return {
        "rows": [
            {
                "id": one.pk, "trade": one.trade_id, "order_no": one.order_no, "flow": one.flow, "customs_code": one.customs_code,
                "edition": one.edition, "score": one.score, "hits": one.hits, "control": one.control, "state": one.state,
                "made_at": one.made_at, "reason": one.reason,
            }
            for one in rows
        ],
        "total": found.count(), "page": page,
    }  # fmt: skip


def hit_rates(since: date, until: date) -> list[dict[str, Any]]:
    """By rule, and for the control sample and customs' own selection: {key, zh, en, proposed, inspected, found, rate}.

    inspected: consignments with a result in these days; found: those with a problem. Public: it names no consignment.
    """
    begins = datetime.combine(since, time.min, SHANGHAI)
    values = {"since": begins, "until": day_ends(until)}
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(_RATES, values)
        found = {key: (proposed, inspected, bad) for key, proposed, inspected, bad in cursor.fetchall()}
        words = {rule.key: (rule.zh, rule.en) for one in editions() for rule in one.rules}
    words |= {
        CONTROL: ("随机对照样本", "Random control sample"), "officer": ("关员布控", "Ordered by officers"),
        "customs": ("海关布控（本平台规则未命中）", "Customs' selection, no rule of ours hit"),
    }  # fmt: skip
    return [
        {
            "key": key, "zh": zh, "en": en, "proposed": (n := found.get(key, (0, 0, 0)))[0], "inspected": n[1], "found": n[2],
            "rate": f"{100 * n[2] / n[1]:.1f}" if n[1] else None,
        }
        for key, (zh, en) in words.items()
    ]  # fmt: skip


_RATES = """
WITH bad AS (
    SELECT o.inspection_id AS id, bool_or('problem' IN (r.supervision, r.quarantine)) AS found
    FROM clearance_inspectionresult r JOIN clearance_inspectionopening o ON o.id = r.opening_id
    WHERE r.entered_at >= %(since)s AND r.entered_at < %(until)s GROUP BY 1
), inspected AS (
    SELECT h ->> 'key' AS key, b.found FROM bad b JOIN clearance_inspection i USING (id), jsonb_array_elements(i.hits) h
    UNION ALL SELECT 'control', b.found FROM bad b JOIN clearance_inspection i USING (id) WHERE i.control
    UNION ALL SELECT 'customs', b.found FROM bad b JOIN clearance_inspection i USING (id) WHERE i.hits = '[]' AND NOT i.control
), proposed AS (
    SELECT h ->> 'key' AS key FROM clearance_inspectionproposal p, jsonb_array_elements(p.hits) h
    WHERE NOT p.control AND p.made_at >= %(since)s AND p.made_at < %(until)s
    UNION ALL SELECT 'control' FROM clearance_inspectionproposal p WHERE p.control AND p.made_at >= %(since)s AND p.made_at < %(until)s
)
SELECT key, sum(p)::int, sum(n)::int, sum(f)::int FROM (
    SELECT key, 1 AS p, 0 AS n, 0 AS f FROM proposed UNION ALL SELECT key, 0, 1, found::int FROM inspected
) x GROUP BY key
"""
