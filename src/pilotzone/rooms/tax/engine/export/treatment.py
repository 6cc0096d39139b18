"""The treatment of one export line: 征税, 退税, 免税 or 无票免税, with its reason (handbook §3.1, in that order)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.rooms.tax.engine.export.deadline import Deadline, deadline
from pilotzone.rooms.tax.engine.export.line import AGENCY as AGENCY_INVOICE
from pilotzone.rooms.tax.engine.export.line import NONE, ORDINARY, PRODUCER, SPECIAL, ExportLine, Proofs, Taxpayer
from pilotzone.rooms.tax.engine.export.noinvoice import Condition, cancelled, conditions
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter, source_of
from pilotzone.rooms.tax.errors import Reason, reason

ALGORITHM = "export_treatment/2018-10-01"
TAXED, REFUND, EXEMPT, NO_INVOICE, WAITS, AGENCY = "taxed", "refund", "exempt", "no_invoice", "waits", "agency"
TREATMENTS = (TAXED, REFUND, EXEMPT, NO_INVOICE, WAITS, AGENCY)


@dataclass(frozen=True, slots=True)
class Treatment:
    """`kind` as above (waits: something can still be brought), `row` of handbook §3.1, reasons, the four conditions."""

    line: ExportLine
    kind: str
    row: int
    reasons: tuple[Reason, ...]
    conditions: tuple[Condition, ...]
    deadline: Deadline
    parameters: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the line and to show."""
        return {
            "algorithm": ALGORITHM,
            "on": self.line.exported_on.isoformat(),
            "treatment": self.kind,
            "row": self.row,
            "reasons": [one.as_dict() for one in self.reasons],
            "conditions": [one.as_dict() for one in self.conditions],
            "deadline": self.deadline.last.isoformat(),
            "deadline_hard": self.deadline.hard,
            "parameters": list(self.parameters),
        }


def treat(line: ExportLine, firm: Taxpayer, proofs: Proofs, *, today: date) -> Treatment:
    """Decide on the day `today`; the rules are those of the day of export."""
    law, until = Parameters(line.exported_on), deadline(line.exported_on)
    gone = cancelled(line.hs, law)
    found: tuple[Condition, ...] = ()
    if not proofs.declared:
        kind, row, told = TAXED, 1, [reason("rule.export.no_declaration")]
    elif gone is not None:
        kind, row, told = TAXED, 1, [reason("rule.export.cancelled", source=source_of(gone), hs=line.hs)]
    elif proofs.voucher == AGENCY_INVOICE:
        kind, row, told = _agency(proofs, until, today)
    elif proofs.voucher == SPECIAL or firm.kind == PRODUCER and firm.general:
        kind, row, told = _refund(firm, proofs, until, today)
    elif proofs.voucher == ORDINARY:
        kind, row, told = EXEMPT, 3, [reason("rule.export.ordinary_voucher")]
    else:
        found, kind, told = _no_invoice(line, firm, proofs, law)
        row = 4 if kind == NO_INVOICE else 1
    used = (*(parameter(one) for one in law.used()), *until.parameters)
    return Treatment(line, kind, row, tuple(told), found, until, used)


def _refund(firm: Taxpayer, proofs: Proofs, until: Deadline, today: date) -> tuple[str, int, list[Reason]]:
    if not firm.general:
        return EXEMPT, 3, [reason("rule.export.small_scale")]
    lacking = []
    if not firm.refund_filed:
        lacking.append(reason("rule.export.no_refund_filing"))
    if proofs.voucher != NONE and not proofs.matches:
        lacking.append(reason("rule.export.voucher_differs"))
    if not proofs.received:
        lacking.append(reason("rule.export.not_received", last=until.last.isoformat()))
    if until.expired(today):
        return TAXED, 1, [reason("rule.export.expired", source=until.source, last=until.last.isoformat()), *lacking]
    if lacking:
        return WAITS, 2, lacking
    return REFUND, 2, [reason("rule.export.refundable", last=until.last.isoformat())]


def _agency(proofs: Proofs, until: Deadline, today: date) -> tuple[str, int, list[Reason]]:
    """代办退税: the producer's refund, filed by the service enterprise; what the agreement lacks can still be brought."""
    lacking = list(proofs.agency_lacks)
    if not proofs.matches:
        lacking.append(reason("rule.export.voucher_differs"))
    if not proofs.received:
        lacking.append(reason("rule.export.not_received", last=until.last.isoformat()))
    if until.expired(today):
        return TAXED, 1, [reason("rule.export.expired", source=until.source, last=until.last.isoformat()), *lacking]
    if lacking:
        return WAITS, 2, lacking
    return AGENCY, 2, [reason("rule.export.agency.fits", last=until.last.isoformat())]


def _no_invoice(
    line: ExportLine, firm: Taxpayer, proofs: Proofs, law: Parameters
) -> tuple[tuple[Condition, ...], str, list[Reason]]:
    try:
        found = conditions(line, firm, proofs, law)
    except Gap as gap:
        return (), TAXED, [reason("rule.export.not_in_force", source=gap.source, day=line.exported_on.isoformat())]
    failing = [one for one in found if not one.holds]
    if not failing:
        return found, NO_INVOICE, [reason("rule.export.no_invoice")]
    told = [reason(one.code, hs=line.hs, customs=line.customs, mode=line.mode) for one in failing]
    # the six fields can still be registered by a firm of the zone; the other conditions are facts of the day of export
    mendable = firm.in_zone and [one.letter for one in failing] == ["a"]
    return found, WAITS if mendable else TAXED, told
