"""One question of the export side as a line of JSON, and its answer: `pilotzone tax export --json`. Twin of `lines.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pilotzone.base.errors import Problem, Refused
from pilotzone.rooms.tax.engine.export import agency, asked, deemed, prerefund, promotion, refunds
from pilotzone.rooms.tax.engine.export.deadline import deadline
from pilotzone.rooms.tax.engine.export.firmclass import clock
from pilotzone.rooms.tax.engine.export.line import AGENCY, KINDS, VOUCHERS, ExportLine, Proofs, Taxpayer
from pilotzone.rooms.tax.engine.export.treatment import treat
from pilotzone.rooms.tax.errors import Reason

_decoder = msgspec.json.Decoder(asked.AnyAsked)
_SOURCE = "pilotzone tax export --help"
YEARS = (1994, 2999)


def export_answer(text: str) -> dict[str, Any]:
    """The answer to one line; never raises for what a line can hold.

    Out: {"id","what","result","reasons","parameters"}; `result` None where it was refused or could not be computed.
    """
    told: dict[str, Any] = {"id": None, "what": "", "result": None, "reasons": [], "parameters": []}
    try:
        line = _read(text)
        told |= {"id": line.id, "what": str(type(line).__struct_config__.tag)}
        result = _ANSWERS[type(line)](line)
    except Problem as problem:
        told["reasons"] = [_reason(problem.as_dict())]
        return told
    found = [*result.pop("parameters", ()), *(one for step in result.get("steps", ()) for one in step["parameters"])]
    told["parameters"] = list({(one["key"], one["from"]): one for one in found}.values())
    told["reasons"] = [_reason(one) for name in ("reasons", "warnings") for one in result.pop(name, ())]
    return told | {"result": result}


def export_question(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of `export_answer` to a question given as plain data."""
    return export_answer(msgspec.json.encode(question).decode())


def _read(text: str) -> asked.AnyAsked:
    try:
        line = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as wrong:
        raise _bad(str(wrong)[:200]) from None
    year = line.year if isinstance(line, asked.Deemed | asked.Promotion) else line.on.year
    if not YEARS[0] <= year <= YEARS[1]:
        raise _bad(f"year {year}")
    return line


def _reason(one: dict[str, Any]) -> dict[str, str]:
    return {"code": one["code"], "text_zh": one["zh"], "text_en": one["en"], "source": one.get("source", "")}


def _treatment(line: asked.Treatment) -> dict[str, Any]:
    if line.kind not in KINDS or line.voucher not in VOUCHERS:
        raise _bad("kind" if line.kind not in KINDS else "voucher")
    payer = Taxpayer(line.general, line.refund_filed, line.kind, line.in_zone)
    lacks, law = _agency(line, payer) if line.voucher == AGENCY else ((), ())
    found = treat(
        ExportLine("", 1, line.on, line.hs, line.mode, line.customs),
        payer,
        Proofs(line.declared, line.received, line.voucher, line.matches, line.registered, lacks),
        today=line.today or line.on,
    ).as_dict()
    return found | {"parameters": [*found["parameters"], *law]}


def _agency(line: asked.Treatment, payer: Taxpayer) -> tuple[tuple[Reason, ...], tuple[dict[str, Any], ...]]:
    one = line.agreement
    told = None if one is None else agency.Agency(
        number="—", valid_from=one.first, valid_to=one.last, confirmed=one.confirmed,
        filed_on=one.first if one.filed else None, ended_on=one.ended, own_goods=one.own_goods,
        contract_abroad=one.contract_abroad, account=one.account, controls=one.controls,
    )  # fmt: skip
    found, law = agency.lacking(told, payer, one.service if one else "", exported_on=line.on)
    return tuple(found), law


def _bases(line: asked.Refund | asked.Production) -> list[refunds.Base]:
    if not line.lines:
        raise _bad("lines")
    formula = refunds.TRADE_FORMULA if isinstance(line, asked.Refund) else refunds.PRODUCTION_FORMULA
    return [
        refunds.base_of(
            str(number),
            row.hs,
            line.on,
            row.amount,
            refund=row.refund,
            vat=row.vat,
            materials=row.materials,
            formula=formula,
        )
        for number, row in enumerate(line.lines, start=1)
    ]


def _refund(line: asked.Refund) -> dict[str, Any]:
    return refunds.trade(_bases(line)).as_dict()


def _production(line: asked.Production) -> dict[str, Any]:
    return refunds.production(_bases(line), output=line.output, input_=line.input, opening=line.opening).as_dict()


def _deemed(line: asked.Deemed) -> dict[str, Any]:
    return deemed.deemed(
        line.revenue, line.year, staff=line.staff, assets=line.assets, exempt=line.exempt
    ).as_dict()  # fmt: skip


def _promotion(line: asked.Promotion) -> dict[str, Any]:
    claim = promotion.Claim(
        line.year, line.trade, line.revenue, line.spend, line.carry, line.commission, line.contracts, line.related,
        line.deemed, frozenset(line.evidence),
    )  # fmt: skip
    return promotion.promotion(claim).as_dict()


def _prerefund(line: asked.Prerefund) -> dict[str, Any]:
    if line.handled_on is None:
        span = prerefund.allowed(line.mode, sold=line.sold, on=line.on, overdue=line.overdue)
        return {
            "marker": span.marker, "first": span.first.isoformat(), "last": span.last.isoformat(),
            "parameters": list(span.parameters),
        }  # fmt: skip
    if line.recover:
        return prerefund.recover(line.refunded, handled_on=line.handled_on, on=line.on).as_dict()
    return prerefund.settle(
        line.refunded, line.base, line.actual, line.refund, handled_on=line.handled_on, on=line.on
    ).as_dict()


def _clock(line: asked.Clock) -> dict[str, Any]:
    found = clock(line.class_number, line.on)
    return {
        "days": found.days, "due": found.due.isoformat(), "warn": found.warn.isoformat(),
        "provisional": found.provisional, "light": found.light(line.today or line.on),
        "parameters": list(found.parameters),
    }  # fmt: skip


def _deadline(line: asked.Deadline) -> dict[str, Any]:
    found = deadline(line.on)
    return {
        "last": found.last.isoformat(), "hard": found.hard, "expired": found.expired(line.today or line.on),
        "parameters": list(found.parameters),
    }  # fmt: skip


_ANSWERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    asked.Treatment: _treatment, asked.Refund: _refund, asked.Production: _production, asked.Deemed: _deemed,
    asked.Promotion: _promotion, asked.Prerefund: _prerefund, asked.Clock: _clock, asked.Deadline: _deadline,
}  # fmt: skip


def _bad(said: str) -> Refused:
    return Refused(
        code="rule.export.question", zh=f"输入行无法理解：{said}", en=f"The line cannot be understood: {said}",
        source=_SOURCE, mend_zh="按说明填写", mend_en="Write it as the help says",
    )  # fmt: skip
