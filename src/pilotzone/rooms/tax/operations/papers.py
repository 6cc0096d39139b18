"""The papers of guarantee 担保凭证 that customs accepted: lodged, corrected, given back. Each is a batch of one.

The ledger knows amounts; a paper says beside it by what (cash, a bank's letter, an insurance) and until when. Nothing
ends by itself on the last day: customs decides what then, the platform warns (data/rates import.guarantee.warn_days).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from pilotzone.base.errors import Denied
from pilotzone.kernel import audit, events, seen
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, SYSTEM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.guarantee import Deposit, Guaranteed, is_cents
from pilotzone.rooms.tax.errors import refused, refused_as
from pilotzone.rooms.tax.models import GuaranteePaper
from pilotzone.rooms.tax.operations.guarantee import guarantee
from pilotzone.rooms.tax.queries import marks

KINDS = ("cash", "bank_letter", "insurance")
LONGEST = 60
WORDS = {
    "kind": ("担保方式", "kind"), "amount": ("担保金额", "amount"), "valid_from": ("生效日", "first day"), "valid_to": ("失效日", "last day"),
}  # fmt: skip


def lodge(
    *, organisation: int, number: str, kind: str, amount: Decimal, valid_from: date, valid_to: date | None = None,
    at: datetime, reason: str = "",
) -> Guaranteed:  # fmt: skip
    """Record a paper customs accepted. Refused where its number is recorded with other words; the same again is harmless.

    Raises Denied for who may not keep the ledger, Refused `rule.guarantee.*` for what is no paper.
    """
    _require_customs()
    number = number.strip()
    if not number or len(number) > LONGEST or kind not in KINDS or (valid_to is not None and valid_to < valid_from):
        raise refused("rule.guarantee.paper")
    if not is_cents(amount) or amount <= 0:
        raise refused("rule.guarantee.amount")
    said = {"kind": kind, "amount": amount, "valid_from": valid_from, "valid_to": valid_to}
    with scope(PLATFORM):
        if not Organisation.objects.filter(pk=organisation).exists():
            raise refused("rule.guarantee.firm_unknown", firm=organisation)
        paper, new = GuaranteePaper.objects.get_or_create(
            organisation_id=organisation, number=number, defaults={**said, "recorded_at": at}
        )
        if not new and (paper.changes or any(getattr(paper, name) != value for name, value in said.items())):
            raise refused("rule.guarantee.paper_known", number=number)
    after = _told(kind, amount, valid_from, valid_to)
    if new:
        _record("tax.guarantee.lodge", paper, None, after, reason)
    with scope(PLATFORM), connection.cursor() as cursor:
        return _book(cursor, "tax.guarantee.lodge", Deposit(organisation, amount, number, kind), at, after)


def correct(
    *, organisation: int, number: str, kind: str, amount: Decimal, valid_from: date, valid_to: date | None = None,
    at: datetime, reason: str, version: int | None = None,
) -> Guaranteed:  # fmt: skip
    """Set right what a paper says. Its amount goes down to what the other papers leave held, never below.

    `amount` zero gives the whole paper back. Every correction needs a reason. Refused `kernel.record.moved` where the paper
    was corrected or given back since a page showed it (`version`, of `papers`).
    """
    _require_customs()
    if kind not in KINDS or (valid_to is not None and valid_to < valid_from) or not reason.strip():
        raise refused("rule.guarantee.paper")
    if not is_cents(amount) or amount < 0:
        raise refused("rule.guarantee.amount")
    with scope(PLATFORM):
        held = GuaranteePaper.objects.select_for_update().filter(organisation_id=organisation, number=number)
        paper = held.first()
    if paper is not None:
        _as_shown(paper, version)
    if paper is None or paper.withdrawn_at is not None:
        raise refused("rule.guarantee.paper_unknown", number=number[:LONGEST])
    before = _told(paper.kind, paper.amount, paper.valid_from, paper.valid_to)
    after = _told(kind, amount, valid_from, valid_to)
    if before == after:
        return Guaranteed("DEPOSIT", True, again=True, guarantor=organisation)
    verb = "tax.guarantee.correct" if amount else "tax.guarantee.withdraw"
    _record(verb, paper, before, after, reason)
    with scope(PLATFORM), connection.cursor() as cursor:
        change, paper.changes = amount - paper.amount, paper.changes + 1
        paper.kind, paper.amount, paper.valid_from, paper.valid_to = kind, amount, valid_from, valid_to
        paper.withdrawn_at = None if amount else at
        paper.save()
        if not change:
            return Guaranteed("DEPOSIT", True, guarantor=organisation)
        return _book(cursor, verb, Deposit(organisation, change, f"{number}#{paper.changes}", kind), at, after)


def _book(cursor: object, verb: str, event: Deposit, at: datetime, after: dict[str, str]) -> Guaranteed:
    told = guarantee(cursor, [event], at=at)[0]  # type: ignore[arg-type]
    if told.reason is not None:
        raise refused_as(told.reason)
    if not told.again:
        events.publish(verb, [{"organisation": event.guarantor, "reference": event.reference, **after}])
    return told


def _require_customs() -> None:
    actor = require("guarantee.manage")
    if not (actor.kind == SYSTEM or (actor.kind == AGENCY and actor.unit_path == "zone.customs")):
        raise Denied(
            code="access.guarantee",
            zh="只有海关可以登记税款担保",
            en="Only customs may record a tax guarantee",
            source="海关总署公告2018年第194号",
        )


def _record(verb: str, paper: GuaranteePaper, before: dict[str, str] | None, after: dict[str, str], why: str) -> None:
    """The line of the paper itself: its marks move with it alone, and under the lock of its row."""
    audit.record(
        verb, object_kind=marks.GUARANTEE_PAPER, object_id=paper.pk, before=before,
        after={"organisation": paper.organisation_id, "paper": paper.number, **after}, reason=why.strip(),
    )  # fmt: skip


def _as_shown(paper: GuaranteePaper, version: int | None) -> None:
    seen.unmoved(
        marks.GUARANTEE_PAPER, paper.pk, version, source="海关总署公告2018年第194号",
        what=lambda lines: seen.named([
            word for line in reversed(lines) for name, word in WORDS.items() if line["before"].get(name) != line["after"].get(name)
        ]),
    )  # fmt: skip


def _told(kind: str, amount: Decimal, valid_from: date, valid_to: date | None) -> dict[str, str]:
    return {
        "kind": kind, "amount": f"{amount:.2f}", "valid_from": valid_from.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else "",
    }  # fmt: skip
