"""退（免）税申报: a firm drafts a filing of matched lines of a month, takes it back, answers a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from pilotzone.base.days import day_of
from pilotzone.base.money import to_cents
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.export import agency, prerefund, refunds, returned
from pilotzone.rooms.tax.engine.export.deadline import deadline
from pilotzone.rooms.tax.engine.export.firmclass import needs_fx_proof
from pilotzone.rooms.tax.engine.export.ledger import Key
from pilotzone.rooms.tax.engine.export.line import PRODUCER, SERVICE
from pilotzone.rooms.tax.engine.export.records import Month
from pilotzone.rooms.tax.engine.export.treatment import REFUND
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import (
    ExportFirm,
    ExportRegistration,
    ExportRelease,
    Prerefund,
    RefundFiling,
    RefundLine,
)
from pilotzone.rooms.tax.operations.export import agencies, ledger, returning
from pilotzone.rooms.tax.operations.export.firms import month_of, needed, own_firm
from pilotzone.rooms.tax.operations.export.matching import MATCHED

TRADE, PRODUCTION, PRE, AGENCY = "trade", "production", "prerefund", "agency"
KINDS = (TRADE, PRODUCTION, PRE, AGENCY)
YUAN = "142"
MOST_LINES = 2000
WORDS = {
    "taxed": ("征税", "taxed"), "exempt": ("免税", "exempt"), "no_invoice": ("无票免税", "exempt without invoice"),
    "waits": ("待定", "not decided yet"), "agency": ("代办退税", "filed by the service enterprise"), "refund": ("退税", "refund"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    row: ExportRegistration
    hs: str
    mode: str
    currency: str

    @property
    def key(self) -> Key:
        return self.row.list_no, self.row.line_no

    @property
    def label(self) -> str:
        return f"{self.row.list_no}-{self.row.line_no}"


def draft(
    *, kind: str, month: str, lines: Sequence[Key], at: datetime, producer: Month | None = None, fx_proof: str = ""
) -> RefundFiling:
    """Draft a filing of these lines of the caller's firm; they are applied for from now on.

    `agency` 代办退税: a producer's lines, filed by the service enterprise its agreement names.
    Refused `rule.export.agency.…|no_lines|too_many_lines|filing_kind|profile|month|wrong_period|unmatched|not_refundable|expired|fx_proof|
    refunded_already|returned_whole|simplified|prerefund_…`; nothing is kept then.
    """
    firm, today = own_firm(), day_of(at)
    month_of(month, today)
    if kind not in KINDS:
        raise refused("rule.export.filing_kind", kind=kind[:20])
    wanted = list(dict.fromkeys(lines))
    if not wanted:
        raise refused("rule.export.no_lines")
    if len(wanted) > MOST_LINES:
        raise refused("rule.export.too_many_lines", most=MOST_LINES, n=len(wanted))
    profile = needed(firm, today)
    if kind != PRE and (kind == PRODUCTION) != (profile.kind == PRODUCER) or kind == AGENCY and profile.kind != SERVICE:
        raise refused("rule.export.filing_kind", kind=kind)
    principal = None
    if kind == AGENCY:
        with scope(PLATFORM):  # the lines are the producer's; the agreement says whether they are this firm's to file
            principal = agencies.principal_of(firm, wanted, today=today)
            found = [_found(principal, key) for key in wanted]
    else:
        found = [_found(firm, key) for key in wanted]
    for one in found:
        _refundable(one, month, today, AGENCY if kind == AGENCY else REFUND)
    late = any(deadline(one.row.exported_on).passed(today) for one in found)
    proof = whole(fx_proof, 60, "收汇凭证号", "The proof of the receipt", field="fx_proof")
    if not proof and needs_fx_proof(profile.class_number, filed_on=today, late=late, false_before=profile.false_before):
        raise refused("rule.export.fx_proof")
    marker = _marker(firm, kind, found, today)
    told, bases = _computed(kind, found, profile, producer or Month())
    with scope(PLATFORM):
        made = _keep(firm, principal, kind, month, profile.class_number, told, bases, found, marker, proof, at)
    audit.record(
        "tax.refund.draft", object_kind="refund_filing", object_id=made.number,
        after={"kind": kind, "month": month, "amount": str(made.amount), "lines": len(found)},
    )  # fmt: skip
    return made


def withdraw(number: str, *, at: datetime) -> None:
    """Take a filing back before anybody reviewed it: its lines are free again."""
    firm = own_firm()
    with scope(PLATFORM):
        filing = locked(number, firm)
        if filing.state not in ("draft", "returned"):
            raise wrong_state(filing)
        free(filing, "withdrawn", at=at)
    audit.record("tax.refund.withdraw", object_kind="refund_filing", object_id=number, after={"state": "withdrawn"})


def answer(number: str, text: str, *, at: datetime) -> None:
    """Answer the authority's question; it is told at the next exchange."""
    firm, said = own_firm(), whole(text, 2000, "答复", "The answer", field="text")
    if not said:
        raise refused("rule.export.answer")
    with scope(PLATFORM):
        filing = locked(number, firm)
        if filing.state != "question":
            raise wrong_state(filing)
        filing.state, filing.answer = "answered", said
        filing.save(update_fields=["state", "answer"])
    audit.record("tax.refund.answer", object_kind="refund_filing", object_id=number, after={"state": "answered"})


def locked(number: str, firm: int | None = None) -> RefundFiling:
    """A filing to change; Refused `rule.export.filing_unknown` for one that is not there or not the firm's."""
    rows = RefundFiling.objects.select_for_update().filter(number=number.replace("\0", ""))
    found = (rows if firm is None else rows.filter(organisation_id=firm)).first()
    if found is None:
        raise refused("rule.export.filing_unknown")
    return found


def free(filing: RefundFiling, state: str, *, at: datetime) -> None:
    """End a filing without refund; its lines stand no more."""
    keys = list(RefundLine.objects.filter(filing=filing, standing=True).values_list("list_no", "line_no"))
    book = ledger.open_(filing.organisation_id, keys)
    ledger.write(filing, book.withdraw(keys), at=at, reference=state)
    RefundLine.objects.filter(filing=filing).update(standing=False)
    returning.freed(keys)
    filing.state = state
    filing.save()


def wrong_state(filing: RefundFiling) -> Exception:
    """The refusal of a verb that does not fit where the filing stands."""
    return refused("rule.export.filing_state", number=filing.number, state=filing.state)


def _found(firm: int, key: Key) -> _Found:
    row = ExportRegistration.objects.filter(organisation_id=firm, list_no=key[0][:20], line_no=key[1]).first()
    release = ExportRelease.objects.filter(organisation_id=firm, list_no=key[0][:20], line_no=key[1]).first()
    if row is None or release is None:
        raise refused("rule.export.unmatched", list_no=key[0][:20], line_no=key[1])
    if release.simplified:
        raise refused("rule.export.simplified", list_no=key[0], line_no=key[1])
    return _Found(row, release.hs, release.mode, release.currency)


def _refundable(one: _Found, month: str, today: date, wanted: str) -> None:
    row = one.row
    key: dict[str, Any] = {"list_no": row.list_no, "line_no": row.line_no}
    if RefundLine.objects.filter(**key, standing=True).exists():
        raise refused("rule.export.refunded_already", **key)
    if row.month != month:
        raise refused("rule.export.wrong_period", day=row.exported_on.isoformat(), month=month, **key)
    until = deadline(row.exported_on)
    if until.expired(today):
        raise refused("rule.export.expired", source=until.source, last=until.last.isoformat())
    if row.match != MATCHED:
        raise refused("rule.export.unmatched", **key)
    if row.treatment != wanted:
        zh, en = WORDS[row.treatment]
        why = row.assessment.get("reasons", [{}])[0]
        raise refused(
            "rule.export.not_refundable", source=why.get("source", ""), **key, treatment=f"{zh}（{why.get('zh', '')}）",
            treatment_en=f"{en} ({why.get('en', '')})",
        )  # fmt: skip


def _marker(firm: int, kind: str, found: Sequence[_Found], today: date) -> str:
    if kind != PRE:
        return ""
    overdue = Prerefund.objects.filter(organisation_id=firm, state="open", last_on__lt=today).count()
    return [prerefund.allowed(one.mode, sold=one.row.sold, on=today, overdue=overdue) for one in found][0].marker


def _computed(
    kind: str, found: Sequence[_Found], profile: ExportFirm, producer: Month
) -> tuple[refunds.Refund, list[refunds.Base]]:
    fob = profile.kind == PRODUCER
    formula = refunds.PRODUCTION_FORMULA if fob else refunds.TRADE_FORMULA
    bases = [
        refunds.base_of(
            one.label, one.hs, one.row.exported_on, _left(one, _fob(one, producer.rates) if fob else _net(one)),
            refund=one.row.refund_rate, vat=one.row.vat_rate, formula=formula,
        )
        for one in found
    ]  # fmt: skip
    if kind == PRODUCTION:
        told = refunds.production(bases, output=producer.output, input_=producer.input, opening=producer.opening)
    else:
        told = agency.refund(bases) if kind == AGENCY else refunds.trade(bases)
    return told, bases


def _left(one: _Found, amount: Decimal) -> Decimal:
    """The base of what did not come back; Refused `rule.export.returned_whole` where all of it did."""
    back = returning.back_of(one.key)
    return amount if back is None else returned.net(amount, *back)


def _net(one: _Found) -> Decimal:
    if one.row.invoice_amount is None:
        raise refused("rule.export.six_fields", fields="invoice_amount")
    return one.row.invoice_amount


def _fob(one: _Found, rates: Mapping[str, Decimal]) -> Decimal:
    if one.currency == YUAN:
        return to_cents(one.row.amount)
    if one.currency not in rates:
        raise refused("rule.export.fx_method", method=one.currency)
    return refunds.fob_yuan(one.row.amount, rates[one.currency])


def _keep(
    firm: int, principal: int | None, kind: str, month: str, class_number: int, told: refunds.Refund, bases: Sequence[refunds.Base],
    found: Sequence[_Found], marker: str, proof: str, at: datetime,
) -> RefundFiling:  # fmt: skip
    amounts = {one.key: amount for one, (_, amount) in zip(found, told.lines, strict=True)}
    book = ledger.open_(firm, amounts)
    entries = book.apply(amounts)
    made = RefundFiling.objects.create(
        number=f"pending-{firm}-{at.timestamp()}"[:30], organisation_id=firm, kind=kind, month=month,
        principal_id=principal, class_number=class_number, amount=told.refund, marker=marker, fx_proof=proof, assessment=told.as_dict(),
        drafted_at=at,
    )  # fmt: skip
    made.number = f"TS{month.replace('-', '')}{made.pk:08d}"
    made.save(update_fields=["number"])
    try:
        with transaction.atomic():
            RefundLine.objects.bulk_create(
                RefundLine(
                    filing=made, organisation_id=firm, list_no=one.key[0], line_no=one.key[1], base=base.amount,
                    refund_rate=base.refund, amount=amounts[one.key],
                )
                for one, base in zip(found, bases, strict=True)
            )  # fmt: skip
    except IntegrityError:
        key = found[0].key
        raise refused("rule.export.refunded_already", list_no=key[0], line_no=key[1]) from None
    ledger.write(made, entries, at=at, reference=made.number)
    return made
