"""What goes to the tax authority's system and what comes back: receipts, questions, payment. As the platform itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, events
from pilotzone.rooms.tax.engine.export import prerefund
from pilotzone.rooms.tax.engine.export.firmclass import clock
from pilotzone.rooms.tax.models import Prerefund, RefundFiling, RefundLine
from pilotzone.rooms.tax.operations.export import ledger, returning
from pilotzone.rooms.tax.operations.export.filing import PRE, locked

RUN = 50
DECIDED = ("approved", "refused")


def outgoing() -> list[dict[str, Any]]:
    """What waits to be told: [{number, what: filing|answer|decision, …}], oldest first, at most fifty."""
    rows = RefundFiling.objects.filter(state__in=("signed", "answered")) | RefundFiling.objects.filter(
        state__in=DECIDED, told_at=None, receipt_no__gt=""
    )
    told = []
    for row in rows.order_by("pk")[:RUN]:
        one: dict[str, Any] = {"number": row.number}
        if row.state == "signed":
            one |= {"what": "filing", "body": row.body, "signature": row.signature, "certificate": row.certificate}
        elif row.state == "answered":
            one |= {"what": "answer", "text": row.answer}
        else:
            one |= {"what": "decision", "decision": row.state, "reason": row.decision_reason}
        told.append(one)
    return told


def received(number: str, *, accepted: bool, receipt_no: str, text: str, at: datetime) -> None:
    """受理回执: the clock of the firm's class starts; or the authority did not take it, and the firm signs anew."""
    filing, receipt_no = locked(number), whole(receipt_no, 40, "受理回执", "The receipt", field="receipt_no")
    if filing.state != "signed":
        return
    if accepted:
        ticking = clock(filing.class_number, day_of(at))
        filing.state, filing.receipt_no, filing.accepted_at = "accepted", receipt_no, at
        filing.due_on, filing.warn_on = ticking.due, ticking.warn
    else:
        filing.state, filing.question = "returned", text.replace("\0", "")
    _saved(filing, "tax.refund.received", receipt_no)


def told(number: str, what: str, *, at: datetime) -> None:
    """The authority has our answer, or our decision."""
    filing = locked(number)
    if what == "answer" and filing.state == "answered":
        filing.state = "accepted"
        filing.save(update_fields=["state"])
    elif what == "decision" and filing.told_at is None:
        filing.told_at = at
        filing.save(update_fields=["told_at"])


def asked(number: str, text: str) -> None:
    """疑点核实: the authority asks the firm."""
    filing = locked(number)
    if filing.state in ("accepted", "reviewed") and not filing.question:
        filing.state, filing.question = "question", text.replace("\0", "")
        filing.proposal, filing.reviewed_by, filing.reviewed_at = "", None, None
        _saved(filing, "tax.refund.asked", "")


def paid(number: str, refund_no: str, *, at: datetime) -> None:
    """到账: the treasury paid. The same word again changes nothing. Pre-refunded lines open their settlement."""
    filing, refund_no = locked(number), whole(refund_no, 40, "退还书号", "The number of the refund", field="refund_no")
    if filing.state != "approved":
        return
    lines = list(RefundLine.objects.filter(filing=filing, standing=True))
    keys = [(line.list_no, line.line_no) for line in lines]
    book = ledger.open_(filing.organisation_id, keys)
    ledger.write(filing, book.refund(keys), at=at, reference=refund_no)
    filing.state, filing.refund_no, filing.paid_at = "paid", refund_no, at
    if filing.kind == PRE:
        span = prerefund.window(day_of(at))
        Prerefund.objects.bulk_create(
            Prerefund(
                organisation_id=filing.organisation_id, filing=filing, list_no=line.list_no, line_no=line.line_no,
                base=line.base, refund_rate=line.refund_rate, refunded=line.amount, handled_on=day_of(at),
                first_on=span.first, last_on=span.last,
            )
            for line in lines
        )  # fmt: skip
    returning.paid(filing, keys, at=at)
    _saved(filing, "tax.refund.paid", refund_no)


def _saved(filing: RefundFiling, verb: str, reference: str) -> None:
    filing.save()
    audit.record(
        verb, object_kind="refund_filing", object_id=filing.number, after={"state": filing.state, "reference": reference}
    )  # fmt: skip
    events.publish(
        "tax.refund_changed",
        [{"firm": filing.organisation_id, "number": filing.number, "state": filing.state, "amount": filing.amount}],
    )
