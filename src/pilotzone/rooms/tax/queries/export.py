"""What pages and the API ask of the export side. Row-level security says whose rows: a firm its own, the tax office all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Sum

from pilotzone.base.days import day_ends
from pilotzone.base.money import yuan
from pilotzone.kernel.access.models import Organisation
from pilotzone.reference.calendar import add_working_days
from pilotzone.rooms.tax.engine.export.firmclass import GREEN, RED, YELLOW
from pilotzone.rooms.tax.models import (
    ExportMatch,
    ExportRegistration,
    ExportRelease,
    ExportReturn,
    RefundAccount,
    RefundEntry,
    RefundFiling,
    RefundLine,
)

QUEUE = ("accepted", "question", "answered", "reviewed")
FIELDS = ("list_no", "line_no", "exported_on", "goods_name", "unit", "quantity", "price", "amount")


LARGEST = 500


def paged(found: QuerySet[Any], page: int, size: int) -> tuple[list[Any], dict[str, int]]:
    """The rows of a page, of at most LARGEST, and {total, page, pages}."""
    size = max(1, min(size, LARGEST))
    total = found.count()
    pages = max(1, -(-total // size))
    page = max(1, min(page, pages))
    return list(found[(page - 1) * size : page * size]), {"total": total, "page": page, "pages": pages}


def lines(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """Registered lines the caller sees, newest export first: {rows, total, page, pages}.

    Filters: month, treatment, match, list_no (exact), firm (number), free (True: in no standing filing).
    """
    asked = filters or {}
    found = ExportRegistration.objects.all()
    for name, column in (
        ("month", "month"), ("treatment", "treatment"), ("match", "match"), ("list_no", "list_no"), ("firm", "organisation_id"),
    ):  # fmt: skip
        if asked.get(name):
            found = found.filter(**{column: asked[name]})
    rows, told = paged(found.order_by("-exported_on", "list_no", "line_no"), page, size)
    standing = {
        (line.list_no, line.line_no): line.filing
        for line in RefundLine.objects.filter(standing=True, list_no__in={row.list_no for row in rows}).select_related(
            "filing"
        )
    }
    return {"rows": [_line(row, standing.get((row.list_no, row.line_no))) for row in rows], **told}


def _line(row: ExportRegistration, filing: RefundFiling | None) -> dict[str, Any]:
    return {
        "id": row.pk, "firm": row.organisation_id, "month": row.month, **{name: getattr(row, name) for name in FIELDS},
        "voucher": row.voucher, "invoice_no": row.invoice_no, "invoice_amount": row.invoice_amount,
        "invoice_matches": row.invoice_matches, "vat_rate": row.vat_rate, "refund_rate": row.refund_rate,
        "received_on": row.received_on, "sold": row.sold, "match": row.match, "differs": list(row.differs),
        "treatment": row.treatment, "assessment": row.assessment, "registered_at": row.registered_at,
        "filing": filing.number if filing else "", "filing_state": filing.state if filing else "",
    }  # fmt: skip


def line(list_no: str, line_no: int) -> dict[str, Any] | None:
    """One registered line; None where the caller sees none."""
    row = ExportRegistration.objects.filter(list_no=list_no[:20], line_no=line_no).first()
    if row is None:
        return None
    held = (
        RefundLine.objects.filter(list_no=row.list_no, line_no=line_no, standing=True).select_related("filing").first()
    )
    return _line(row, held.filing if held else None)


def released(month: str, page: int = 1, size: int = 50, *, firm: int) -> dict[str, Any]:
    """Released lines of a month nobody registered, the six fields as customs tells them: {rows, total, page, pages}."""
    newest = ExportMatch.objects.filter(organisation_id=firm, month=month).order_by("-id").first()
    every = ExportRelease.objects.filter(organisation_id=firm, month=month)
    found = every.filter(read_at=newest.at) if newest else every.none()
    known = ExportRegistration.objects.filter(list_no=OuterRef("list_no"), line_no=OuterRef("line_no"))
    rows, told = paged(found.filter(~Exists(known)).order_by("list_no", "line_no"), page, size)
    names = (*FIELDS, "hs", "mode", "currency")
    return {"rows": [{name: getattr(row, name) for name in names} for row in rows], **told}


def release(list_no: str, line_no: int) -> dict[str, Any] | None:
    """One released line as customs told it."""
    row = ExportRelease.objects.filter(list_no=list_no[:20], line_no=line_no).first()
    return None if row is None else {**{name: getattr(row, name) for name in FIELDS}, "hs": row.hs, "mode": row.mode}


REPORTED = ("registered", "released", "matched", "differing", "only_registered", "only_released")


def months(
    *, firm: int | None = None, names: Sequence[str] | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """The newest report of each month, newest month first; without `firm` of all firms the caller sees, added up.

    `names`: of these months (yyyy-mm) alone; `until`: of what was matched up to that day.
    """
    found = ExportMatch.objects.all() if firm is None else ExportMatch.objects.filter(organisation_id=firm)
    if names is not None:
        found = found.filter(month__in=names)
    if until is not None:
        found = found.filter(at__lt=day_ends(until))
    newest = found.order_by("organisation_id", "month", "-id").distinct("organisation_id", "month")
    rows = ExportMatch.objects.filter(pk__in=newest.values("pk")).values_list("month").order_by("-month")
    told = []
    for month, firms, at, *sums in rows.annotate(Count("pk"), Max("at"), *(Sum(name) for name in REPORTED)):
        one = dict(zip(REPORTED, sums, strict=True))
        share = Decimal(one["matched"]) / one["released"] if one["released"] else None
        told.append({"month": month, "firms": firms, "at": at, **one, "share": share})
    return told


def treatments(month: str = "") -> dict[str, int]:
    """How many lines the caller sees have which treatment."""
    found = ExportRegistration.objects.filter(month=month) if month else ExportRegistration.objects.all()
    return dict(found.values_list("treatment").annotate(n=Count("id")))


def filings(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date) -> dict[str, Any]:
    """Refund filings, newest first: {rows, total, page, pages, late, waiting}; each with its light on the day `on`.

    Filters: number (exact), month, kind, ids, state (one, or `queue` for what the office has in hand, due first).
    """
    asked = filters or {}
    found = RefundFiling.objects.all()
    for name in ("number", "month", "kind"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if "ids" in asked:
        found = found.filter(pk__in=list(asked["ids"]))
    queue = found.filter(state__in=QUEUE)
    told = {"waiting": queue.count(), "late": queue.filter(due_on__lt=on).count()}
    state = asked.get("state")
    if state == "queue":
        found = queue.order_by("due_on", "pk")
    else:
        found = (found.filter(state=state) if state else found).order_by("-pk")
    rows, place = paged(found, page, size)
    ids = {number for row in rows for number in (row.organisation_id, row.principal_id) if number}
    names = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {"rows": [_filing(row, on, names) for row in rows], **place, **told}


def filing(number: str, *, on: date) -> dict[str, Any] | None:
    """One filing with its lines and entries; None where the caller sees none."""
    row = RefundFiling.objects.filter(number=number[:30]).first()
    if row is None:
        return None
    firms = Organisation.objects.filter(pk__in=[row.organisation_id, row.principal_id or 0])
    names = dict(firms.values_list("pk", "name"))
    columns = ("list_no", "line_no", "base", "refund_rate", "amount", "standing")
    return _filing(row, on, names) | {
        "lines": list(RefundLine.objects.filter(filing=row).order_by("list_no", "line_no").values(*columns)),
        "entries": statement(row.organisation_id, filing=row.pk),
    }


def _filing(row: RefundFiling, on: date, firms: Mapping[int, str]) -> dict[str, Any]:
    names = (
        "number", "kind", "month", "class_number", "amount", "marker", "fx_proof", "state", "assessment", "drafted_at",
        "signed_at", "receipt_no", "accepted_at", "due_on", "question", "answer", "proposal", "review_reason",
        "reviewed_by", "reviewed_at", "decision_reason", "decided_by", "decided_at", "refund_no", "paid_at",
    )  # fmt: skip
    return {
        "id": row.pk, "firm": row.organisation_id, "firm_name": firms.get(row.organisation_id, ""),
        "principal": row.principal_id, "principal_name": firms.get(row.principal_id or 0, ""), **{name: getattr(row, name) for name in names},
        "light": _light(row, on),
    }  # fmt: skip


def _light(row: RefundFiling, on: date) -> str:
    """By the class clock while the office has it; of a finished one whether it was decided in time; empty before."""
    if row.due_on is None or row.warn_on is None:
        return RED if row.state == "returned" else ""
    done = row.decided_at
    if done is not None:
        from pilotzone.base.days import day_of

        return GREEN if day_of(done) <= row.due_on else RED
    return RED if on > row.due_on else YELLOW if on >= row.warn_on else GREEN


def account(firm: int) -> dict[str, str]:
    """A firm's sums: applied for, refunded, clawed back, net."""
    row = RefundAccount.objects.filter(organisation_id=firm).first() or RefundAccount(organisation_id=firm)
    return {
        "applied": yuan(row.applied), "refunded": yuan(row.refunded), "clawed": yuan(row.clawed),
        "net": yuan(row.refunded - row.clawed),
    }  # fmt: skip


def statement(firm: int, *, filing: int | None = None) -> list[dict[str, Any]]:
    """The entries of a firm, or of one filing, newest first: all of them."""
    found = RefundEntry.objects.filter(organisation_id=firm)
    if filing is not None:
        found = found.filter(filing_id=filing)
    columns = ("list_no", "line_no", "event", "applied_change", "refunded_change", "clawed_change", "reference", "at")
    return list(found.order_by("-id").values(*columns))


def sums(firm: int) -> dict[str, Decimal]:
    """The entries of a firm added up again, for proofs: they are the account."""
    told = RefundEntry.objects.filter(organisation_id=firm).aggregate(
        applied=Sum("applied_change"), refunded=Sum("refunded_change"), clawed=Sum("clawed_change")
    )
    return {name: value or Decimal(0) for name, value in told.items()}


def returns(list_no: str, line_no: int) -> list[dict[str, Any]]:
    """What came back of a line and what it did to its tax, oldest first: {document, quantity, declared, returned_on, effect, amount,
    state, assessment}."""
    columns = (
        "document_id",
        "quantity",
        "declared",
        "returned_on",
        "effect",
        "amount",
        "state",
        "assessment",
        "trade_id",
    )
    return list(ExportReturn.objects.filter(list_no=list_no[:20], line_no=line_no).order_by("pk").values(*columns))


def handling(*, on: date) -> dict[str, Any]:
    """The numbers of task 7: filings decided, paperless share, median and ninth decile of working days, late ones."""
    decided = RefundFiling.objects.exclude(decided_at=None).exclude(accepted_at=None)
    days = sorted(_worked(row) for row in decided.order_by("-pk")[:2000])
    filed = RefundFiling.objects.exclude(receipt_no="").count()
    signed = RefundFiling.objects.exclude(receipt_no="").exclude(signature="").count()
    return {
        "decided": len(days), "median": _at(days, 0.5), "p90": _at(days, 0.9),
        "paperless": Decimal(signed) / filed if filed else None,
        "late": RefundFiling.objects.filter(state__in=QUEUE, due_on__lt=on).count(),
    }  # fmt: skip


def _worked(row: RefundFiling) -> int:
    """Working days from acceptance to decision; the day of acceptance is not counted."""
    from pilotzone.base.days import day_of

    assert row.accepted_at is not None and row.decided_at is not None
    start, end, count = day_of(row.accepted_at), day_of(row.decided_at), 0
    while count < 250 and add_working_days(start, count + 1).day <= end:
        count += 1
    return count


def _at(days: list[int], part: float) -> int | None:
    return days[min(len(days) - 1, int(len(days) * part))] if days else None
