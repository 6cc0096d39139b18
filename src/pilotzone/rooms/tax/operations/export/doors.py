"""The doors of the export side, given out by the room's api. What they do is loaded when first asked: the command line and
the flood enter the api too, without Django. Amounts are whole cents in yuan; each verb says in its own file what it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.rooms.tax.engine.export.firmclass import Facts
from pilotzone.rooms.tax.engine.export.promotion import Claim
from pilotzone.rooms.tax.engine.export.records import Month, Registration


def record_export_firm(*, organisation: int, facts: Facts, **said: Any) -> dict[str, Any]:
    """登记企业退税资料 and its class, for `refund.decide`: {class_number, reasons}. See operations.export.firms.record."""
    from pilotzone.rooms.tax.operations.export import firms

    found = firms.record(organisation=organisation, facts=facts, **said)
    return {"class_number": found.number, "reasons": [one.as_dict() for one in found.reasons]}


def register_exports(rows: Sequence[Registration], *, at: datetime, version: int | None = None) -> int:
    """六项登记 of the caller's firm, all rows or none; how many. `version`: as a form showed them, of `seen.mark`."""
    from pilotzone.rooms.tax.operations.export import registering

    return registering.register(rows, at=at, version=version)


def match_exports(month: str, *, at: datetime) -> dict[str, Any]:
    """当月匹配 of the caller's firm: {registered, released, matched, differing, only_registered, only_released, share}."""
    from pilotzone.rooms.tax.operations.export import matching

    return matching.match_month(month, at=at)


def draft_refund(
    *, kind: str, month: str, lines: Sequence[tuple[str, int]], at: datetime, producer: Month | None = None,
    fx_proof: str = "",
) -> dict[str, Any]:  # fmt: skip
    """起草退（免）税申报 (trade, production, prerefund) of these lines: {id, number, amount}."""
    from pilotzone.rooms.tax.operations.export import filing

    made = filing.draft(kind=kind, month=month, lines=lines, at=at, producer=producer, fx_proof=fx_proof)
    return {"id": made.pk, "number": made.number, "amount": made.amount}


def withdraw_refund(number: str, *, at: datetime) -> None:
    """撤回 a filing that was not accepted yet."""
    from pilotzone.rooms.tax.operations.export import filing

    filing.withdraw(number, at=at)


def answer_refund(number: str, text: str, *, at: datetime) -> None:
    """答复疑点 of the authority."""
    from pilotzone.rooms.tax.operations.export import filing

    filing.answer(number, text, at=at)


def compose_refunds(*, filings: Sequence[int]) -> dict[str, Any]:
    """What the firm's card signs: {batch, messages: [{filing, number, signed_info}]}."""
    from pilotzone.rooms.tax.operations.export import signing

    return signing.compose(filings=filings)


def hand_in_refunds(*, batch: str, certificate: str, signatures: Sequence[str], at: datetime) -> dict[str, Any]:
    """Verify the card's signatures and queue the filings for the authority: {filings}."""
    from pilotzone.rooms.tax.operations.export import signing

    return signing.hand_in(batch=batch, certificate=certificate, signatures=signatures, at=at)


def review_refund(number: str, proposal: str, reason: str, *, at: datetime) -> None:
    """初审 (approve, refuse) by a tax officer."""
    from pilotzone.rooms.tax.operations.export import deciding

    deciding.review(number, proposal, reason, at=at)


def decide_refund(number: str, decision: str, reason: str, *, at: datetime) -> None:
    """复核 (approve, refuse, back) by another tax officer."""
    from pilotzone.rooms.tax.operations.export import deciding

    deciding.decide(number, decision, reason, at=at)


def settle_prerefund(number: int, actual_base: Decimal, *, at: datetime, sold: Decimal | None = None) -> dict[str, Any]:
    """销售后核算 of one 9810 line, once more where it was settled before; `sold`: how much, all that is left where nobody says."""
    from pilotzone.rooms.tax.operations.export import prerefunds

    return prerefunds.settle(number, actual_base, at=at, sold=sold).as_dict()


def recover_prerefund(number: int, reason: str, *, at: datetime) -> dict[str, Any]:
    """追回 a pre-refund whose time to settle is over, for `refund.decide`."""
    from pilotzone.rooms.tax.operations.export import prerefunds

    return prerefunds.recover(number, reason, at=at).as_dict()


def record_promotion(claim: Claim, *, at: datetime) -> dict[str, Any]:
    """推广费 of a year of the caller's firm."""
    from pilotzone.rooms.tax.operations.export import promoting

    return promoting.record(claim, at=at).as_dict()


def bureau() -> Any:
    """The exchange with the tax authority, for the platform: outgoing, received, told, asked, paid."""
    from pilotzone.rooms.tax.operations.export import bureau as exchange

    return exchange


def export_lines(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """Registered lines: {rows, total, page, pages}. Filters: month, treatment, match, list_no, firm."""
    from pilotzone.rooms.tax.queries import export

    return export.lines(filters, page, size)


def export_line(list_no: str, line_no: int) -> dict[str, Any] | None:
    """One registered line with its treatment and why."""
    from pilotzone.rooms.tax.queries import export

    return export.line(list_no, line_no)


def export_declaration(list_no: str, line_no: int) -> str:
    """The customs declaration a list's line was summed up in (汇总申报); empty where there is none yet, or none is made."""
    from pilotzone.rooms.clearance import api as clearance

    return clearance.declared_numbers([list_no[:20]]).get((list_no[:20], line_no), "")


def export_release(list_no: str, line_no: int) -> dict[str, Any] | None:
    """One released line as customs told it."""
    from pilotzone.rooms.tax.queries import export

    return export.release(list_no, line_no)


def export_residuals(month: str, page: int = 1, size: int = 50, *, firm: int) -> dict[str, Any]:
    """Released lines of a month that nobody registered: {rows, total, page, pages}."""
    from pilotzone.rooms.tax.queries import export

    return export.released(month, page, size, firm=firm)


def export_months(
    *, firm: int | None = None, names: Sequence[str] | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """The newest match report of each month, or of those in `names`; `until`: of what was matched up to that day."""
    from pilotzone.rooms.tax.queries import export

    return export.months(firm=firm, names=names, until=until)


def export_treatments(month: str = "") -> dict[str, int]:
    """How many lines have which treatment."""
    from pilotzone.rooms.tax.queries import export

    return export.treatments(month)


def export_profile(firm: int, *, on: date) -> dict[str, Any] | None:
    """What the tax authority recorded of a firm for that day."""
    from pilotzone.rooms.tax.queries import export_firms

    return export_firms.profile(firm, on=on)


def refund_filings(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date
) -> dict[str, Any]:
    """Refund filings with lights: {rows, total, page, pages, waiting, late}. Filters: number, month, kind, state."""
    from pilotzone.rooms.tax.queries import export

    return export.filings(filters, page, size, on=on)


def refund_filing(number: str, *, on: date) -> dict[str, Any] | None:
    """One filing with its lines and entries."""
    from pilotzone.rooms.tax.queries import export

    return export.filing(number, on=on)


def refund_account(firm: int) -> dict[str, str]:
    """A firm's refund sums: applied, refunded, clawed, net."""
    from pilotzone.rooms.tax.queries import export

    return export.account(firm)


def refund_handling(*, on: date) -> dict[str, Any]:
    """Decided filings, median and ninth decile of working days, paperless share, late ones."""
    from pilotzone.rooms.tax.queries import export

    return export.handling(on=on)


def prerefunds(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date) -> dict[str, Any]:
    """9810 pre-refunds: {rows, total, page, pages, open, overdue}. Filter: state (open, overdue, settled, recovered)."""
    from pilotzone.rooms.tax.queries import export_years

    return export_years.prerefunds(filters, page, size, on=on)


def export_returns(list_no: str, line_no: int) -> list[dict[str, Any]]:
    """What came back of a line (213) and what that did to its tax, with why: oldest first."""
    from pilotzone.rooms.tax.queries import export

    return export.returns(list_no, line_no)


def follow_export_returns() -> int:
    """Book the tax of the returns customs closed since; how many batches."""
    from pilotzone.rooms.tax.operations.export import returning

    return returning.follow()


def promotions(page: int = 1, size: int = 50, *, firm: int | None = None) -> dict[str, Any]:
    """The recorded years of promotion cost, newest first: {rows, total, page, pages}."""
    from pilotzone.rooms.tax.queries import export_years

    return export_years.promotions(page, size, firm=firm)


def propose_agency(
    *, producer: str, number: str, valid_from: date, valid_to: date, controls: bool, at: datetime
) -> int:
    """代办退税协议 proposed by the caller's service enterprise; its id."""
    from pilotzone.rooms.tax.operations.export import agencies

    return agencies.propose(
        producer=producer, number=number, valid_from=valid_from, valid_to=valid_to, controls=controls, at=at
    )


def confirm_agency(agreement: int, *, own_goods: bool, contract_abroad: bool, account: str, at: datetime) -> None:
    """The producer confirms the agreement."""
    from pilotzone.rooms.tax.operations.export import agencies

    agencies.confirm(agreement, own_goods=own_goods, contract_abroad=contract_abroad, account=account, at=at)


def file_agency(agreement: int, *, at: datetime) -> None:
    """备案 of a confirmed agreement, for `refund.decide`."""
    from pilotzone.rooms.tax.operations.export import agencies

    agencies.file(agreement, at=at)


def end_agency(agreement: int, *, at: datetime) -> None:
    """Either side ends the agreement."""
    from pilotzone.rooms.tax.operations.export import agencies

    agencies.end(agreement, at=at)


def refund_agencies(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date
) -> dict[str, Any]:  # fmt: skip
    """A page of 代办退税协议 the caller sees, newest first: {rows, total, page}. Filters: state, number (queries.agencies)."""
    from pilotzone.rooms.tax.queries import agencies

    return agencies.agencies(filters, page, size, on=on)


def refund_agency(agreement: int, *, on: date) -> dict[str, Any] | None:
    """One 代办退税协议 the caller sees; None for what is not there or not his, alike."""
    from pilotzone.rooms.tax.queries import agencies

    return agencies.agency(agreement, on=on)


def agency_liability() -> dict[str, str]:
    """Who answers for a 代办退税 that has to be repaid: one sentence with its source."""
    from pilotzone.rooms.tax.errors import reason

    return reason("rule.export.agency.liability").as_dict()
