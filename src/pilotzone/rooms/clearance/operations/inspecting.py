"""What raises, joins and ends joint inspection orders: the events of trades, read in batches beside the flood.

Where customs is connected its receipts (status 500 查验) raise the orders and our rules only propose. With
PILOTZONE_INSPECTION_SELECTION=own what our rules select is ordered at once, as long as customs has not ended the trade.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection, transaction

from pilotzone.base.days import day_of
from pilotzone.kernel import events, vault
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_selection as selection
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.engine.inspection_slots import site_of
from pilotzone.rooms.clearance.models import Inspection, InspectionList, InspectionProposal
from pilotzone.rooms.clearance.operations.inspection_telling import tell
from pilotzone.rooms.clearance.queries import inspection_settings as settings
from pilotzone.rooms.clearance.queries.inspections_rules import editions

CONSUMER, KINDS = "inspections", ("clearance.trade_changed",)
CUSTOMS, OWN, OFFICER = "customs", "own", "officer"
FINDINGS_DAYS = 365
PROPOSED, PASSED_ON, DECLINED, LAPSED = "proposed", "passed_on", "declined", "lapsed"


class Seen(msgspec.Struct, gc=False):
    """What of an event's row is read; a row without `firms` is a line only."""

    trade: int | None = None
    state: str = ""
    flow: str | None = None
    mode: str | None = None
    customs: str | None = None
    numbers: dict[str, str | None] | None = None
    firms: dict[str, int | None] | None = None
    parties: list[int] | None = None
    value: str | None = None

    def firm(self, role: str) -> int | None:
        return (self.firms or {}).get(role)

    def number(self, name: str) -> str:
        return (self.numbers or {}).get(name) or ""


ROWS = msgspec.json.Decoder(list[Seen])


def follow(limit: int = 50) -> int:
    """Read the next batches of events; how many there were."""
    with scope(PLATFORM):
        return events.consume(CONSUMER, KINDS, _read, limit)


def _read(batch: list[Event]) -> None:
    for event in batch:
        take([row for row in event.told(ROWS) if row.trade is not None and row.firms is not None], event.at)


def take(rows: Sequence[Seen], at: datetime) -> None:
    """One batch: propose for what was sent to customs, order what customs inspects, close what customs ended."""
    sent = [row for row in rows if row.state == states.SENT]
    chosen = propose(sent, at) if sent else {}
    own = os.environ.get("PILOTZONE_INSPECTION_SELECTION", CUSTOMS) == OWN
    for row in rows:
        if row.state == states.INSPECTION:
            order(row, CUSTOMS, at, chosen.get(row.trade or 0))
        elif own and row.trade in chosen:
            order(row, OWN, at, chosen[row.trade])
    ended = [row.trade for row in rows if row.state in orders.ENDED and row.trade is not None]
    if ended:
        _end(ended, at)


def propose(rows: Sequence[Seen], at: datetime) -> dict[int, selection.Selection]:
    """Judge trades by the edition of the day; what is selected is kept as a proposal once. Answers the selected by trade."""
    edition = selection.in_force(editions(), day_of(at))
    if edition is None:
        return {}
    facts = facts_of(rows, at)
    found: dict[int, selection.Selection] = {}
    for row, known in zip(rows, facts, strict=True):
        draw = selection.draw_of(
            vault.keyed_hash("inspection.control", f"{edition.name}|{row.number('orderNo')}|{row.trade}")
        )
        judged = selection.select(known, edition, draw)
        if judged.selected and row.trade is not None:
            found[row.trade] = judged
    made = [
        InspectionProposal(
            trade_id=row.trade, order_no=row.number("orderNo")[:60], flow=row.flow or "", customs_code=(row.customs or "")[:4],
            edition=edition.name, score=told.score, hits=list(told.hits), control=told.control, made_at=at,
        )
        for row in rows if row.trade is not None and (told := found.get(row.trade))
    ]  # fmt: skip
    InspectionProposal.objects.bulk_create(made, ignore_conflicts=True)
    return found


def facts_of(rows: Sequence[Seen], at: datetime) -> list[dict[str, selection.Fact]]:
    """The facts of trades: what the event says, and of their firms what the records say, asked once for all."""
    firms = {number for row in rows for role in ("ebc", "agent") if (number := row.firm(role)) is not None}
    created = dict(Organisation.objects.filter(pk__in=firms).values_list("pk", "created_at"))
    found = _findings(sorted(firms), at)
    told: list[dict[str, selection.Fact]] = []
    for row in rows:
        facts: dict[str, selection.Fact] = {
            "flow": row.flow or "",
            "mode": row.mode or "",
            "customs": row.customs or "",
        }
        seller, agent = row.firm("ebc"), row.firm("agent")
        if row.value:
            facts["value"] = Decimal(row.value)
        if seller is not None:
            facts["firm_findings"] = Decimal(found.get(("seller", seller), 0))
            if created.get(seller):
                facts["firm_days"] = Decimal((at - created[seller]).days)
        if agent is not None:
            facts["agent_findings"] = Decimal(found.get(("declarant", agent), 0))
        told.append(facts)
    return told


def _findings(firms: list[int], at: datetime) -> dict[tuple[str, int], int]:
    """Consignments with a problem in the last year, by role and firm."""
    if not firms:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FINDINGS, {"firms": firms, "since": at - timedelta(days=FINDINGS_DAYS), "until": at})
        return {(role, firm): n for role, firm, n in cursor.fetchall()}


def order(
    row: Seen, source: str, at: datetime, why: selection.Selection | None = None, *, person: int | None = None
) -> int:
    """The order of the row's consignment, made or joined; its number. The same trade again changes nothing."""
    trade = row.trade or 0
    known = InspectionList.objects.filter(trade_id=trade).first()
    if known is not None:
        _again(known.inspection_id, row.state, at)
        return int(known.inspection_id)
    key = orders.consignment(carrier=row.firm("logi"), waybill=row.number("logisticsNo"), trade=trade)[:140]
    numbers = sorted(
        {n[:60] for name in ("orderNo", "logisticsNo", "invtNo", "preNo", "copNo") if (n := row.number(name))}
    )
    with transaction.atomic():
        _one_at_a_time(key)
        found = Inspection.objects.select_for_update().filter(consignment=key).first()
        if found is None:
            place = site_of(settings.sites(), row.customs or "")
            kept = InspectionProposal.objects.filter(trade_id=trade).first() if why is None else None
            found = Inspection.objects.create(
                consignment=key, flow=row.flow or "", mode=row.mode or "", customs_code=(row.customs or "")[:4],
                site=place.code if place else "", source=source, state=orders.SELECTED, selected_at=at,
                hits=list(why.hits) if why else kept.hits if kept else [], control=bool(why.control if why else kept and kept.control),
                agencies=list(orders.TEAM), parties=sorted(set(row.parties or ())), numbers=numbers, ordered_by_id=person,
            )  # fmt: skip
        else:
            found.parties = sorted({*found.parties, *(row.parties or ())})
            found.numbers = sorted({*found.numbers, *numbers})
            if not orders.fault(found.state, orders.REOPEN):
                _back(found)
            found.version += 1
            found.save()
        InspectionList.objects.create(
            inspection=found, trade_id=trade, order_no=row.number("orderNo")[:60], invt_no=row.number("invtNo")[:60],
            seller=row.firm("ebc"), declarant=row.firm("agent"), joined_at=at,
        )  # fmt: skip
    words = ("列入查检合一，等待排期", "in a joint inspection order, to be scheduled")
    tell([trade], "clearance.inspection_ordered", words)
    return int(found.pk)


def _again(number: int, state: str, at: datetime) -> None:
    """Customs inspects again what it had ended: the same order comes back, so that its openings are counted on."""
    if state != states.INSPECTION:
        return
    found = Inspection.objects.select_for_update().get(pk=number)
    if found.state == orders.OVERTAKEN or (found.state == orders.DONE and found.ended_at and found.ended_at < at):
        _back(found)
        found.version += 1
        found.save()


def _back(found: Inspection) -> None:
    found.state, found.outcome, found.ended_at = orders.SELECTED, "", None
    found.bay = found.slot_from = found.slot_to = None


def _end(trades: Iterable[int], at: datetime) -> None:
    """Customs ended trades: proposals lapse; an order nobody opened follows when all its lists are ended."""
    ids = list(trades)
    InspectionProposal.objects.filter(trade_id__in=ids, state=PROPOSED).update(state=LAPSED, decided_at=at)
    numbers = list(InspectionList.objects.filter(trade_id__in=ids).values_list("inspection_id", flat=True))
    if not numbers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN, {"numbers": numbers, "states": list(orders.MOVES[orders.OVERTAKE][0]), "ended": sorted(orders.ENDED)}
        )
        over = [row[0] for row in cursor.fetchall()]
    for found in Inspection.objects.select_for_update().filter(pk__in=over).order_by("pk"):
        if orders.fault(found.state, orders.OVERTAKE) is None and not (found.openings and found.state != orders.HELD):
            found.state, found.ended_at, found.version = orders.OVERTAKEN, at, found.version + 1
            found.bay = found.slot_from = found.slot_to = None
            found.save()


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"clearance.inspection|{key}"])


def seen_of(found: Mapping[str, Any]) -> Seen:
    """A trade as the room's own table has it, in the form of an event's row."""
    numbers = {
        "orderNo": found["order_no"],
        "logisticsNo": found["logistics_no"],
        "invtNo": found["invt_no"],
        "preNo": found["pre_no"],
    }
    value = found["value"]
    return Seen(
        found["id"], found["state"], found["flow"], found["mode"], found["customs_code"], numbers, found["firms"],
        list(found["parties"]), str(value) if value is not None else "",
    )  # fmt: skip


_FINDINGS = """
SELECT role, firm, count(DISTINCT inspection)::int FROM (
    SELECT 'seller' AS role, l.seller AS firm, l.inspection_id AS inspection FROM clearance_inspectionlist l WHERE l.seller = ANY(%(firms)s)
    UNION ALL
    SELECT 'declarant', l.declarant, l.inspection_id FROM clearance_inspectionlist l WHERE l.declarant = ANY(%(firms)s)
) x
JOIN clearance_inspectionopening o ON o.inspection_id = x.inspection
JOIN clearance_inspectionresult r ON r.opening_id = o.id
WHERE 'problem' IN (r.supervision, r.quarantine) AND r.entered_at > %(since)s AND r.entered_at <= %(until)s
GROUP BY role, firm
"""
_OPEN = """
SELECT i.id FROM clearance_inspection i WHERE i.id = ANY(%(numbers)s) AND i.state = ANY(%(states)s) AND NOT EXISTS (
    SELECT 1 FROM clearance_inspectionlist l JOIN clearance_trade t ON t.id = l.trade_id
    WHERE l.inspection_id = i.id AND t.state <> ALL(%(ended)s))
"""
