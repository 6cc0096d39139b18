"""代办退税: a trade service enterprise files the refund of a small producer's exports (handbook §3.9; 公告2017年第35号).

The producer is the exporter and the refund is his; the service enterprise files it, and answers for it beside him.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.rooms.tax.engine.export.line import PRODUCER, SERVICE, Taxpayer
from pilotzone.rooms.tax.engine.export.refunds import Base, Refund, trade
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.errors import Reason, reason

ALGORITHM = "export_refund_agency/2017-11-01"
KEY = "refund.agency"
LIABLE = "refund.agency.joint_liability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agreement between a service enterprise and a producer, as it stands; `filed_on`: the tax office recorded it.

    own_goods: the producer's own products; contract_abroad: the contract with the buyer is the producer's;
    account: where the refund is paid to was told; controls: the service enterprise's risk control is filed.
    """

    number: str
    valid_from: date
    valid_to: date
    confirmed: bool
    filed_on: date | None = None
    ended_on: date | None = None
    own_goods: bool = False
    contract_abroad: bool = False
    account: bool = False
    controls: bool = False


def lacking(
    agency: Agency | None, producer: Taxpayer, service_kind: str, *, exported_on: date
) -> tuple[list[Reason], tuple[dict[str, Any], ...]]:  # fmt: skip
    """What is missing for a line exported that day (nothing where it may be filed for the producer), and the law read."""
    law = Parameters(exported_on)
    try:
        law[KEY]
    except Gap as gap:
        return [reason("rule.export.agency.not_yet", source=gap.source, day=exported_on.isoformat())], ()
    return _lacks(agency, producer, service_kind, exported_on), tuple(parameter(one) for one in law.used())


def _lacks(agency: Agency | None, producer: Taxpayer, service_kind: str, on: date) -> list[Reason]:
    if agency is None:
        return [reason("rule.export.agency.none")]
    found = []
    if service_kind != SERVICE:
        found.append(reason("rule.export.agency.service"))
    if producer.kind != PRODUCER or not producer.general:
        found.append(reason("rule.export.agency.producer"))
    if not producer.refund_filed:
        found.append(reason("rule.export.agency.producer_filing"))
    last = min(agency.valid_to, agency.ended_on or agency.valid_to)
    if not agency.valid_from <= on <= last:
        first = agency.valid_from.isoformat()
        found.append(reason("rule.export.agency.agreement", number=agency.number, first=first, last=last.isoformat()))
    if not agency.confirmed:
        found.append(reason("rule.export.agency.unconfirmed", number=agency.number))
    elif agency.filed_on is None:
        found.append(reason("rule.export.agency.not_filed", number=agency.number))
    for name, code in (
        ("own_goods", "own_goods"),
        ("contract_abroad", "contract"),
        ("account", "account"),
        ("controls", "controls"),
    ):
        if not getattr(agency, name):
            found.append(reason(f"rule.export.agency.{code}"))
    return found


def refund(bases: Sequence[Base]) -> Refund:
    """应代办退税额 = amount of the invoice “代办退税专用” × refund rate, each line rounded; nothing goes into anybody's cost."""
    told = trade(bases)
    steps = tuple(replace(step, zh=step.zh.replace("应退", "应代办退")) for step in told.steps if step.name != "cost")
    return replace(told, algorithm=ALGORITHM, cost=told.cost * 0, steps=steps)
