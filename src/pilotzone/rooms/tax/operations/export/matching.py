"""当月匹配: registered rows against customs' released lines of a month; then the treatment of every row is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from pilotzone.base.days import day_of
from pilotzone.base.money import to_cents
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax.engine.export.line import AGENCY, ExportLine, Proofs, SixFields, Taxpayer
from pilotzone.rooms.tax.engine.export.matching import Key, Match, match
from pilotzone.rooms.tax.engine.export.treatment import treat
from pilotzone.rooms.tax.errors import Reason
from pilotzone.rooms.tax.models import ExportMatch, ExportRegistration, ExportRelease, RefundLine
from pilotzone.rooms.tax.operations.export import agencies
from pilotzone.rooms.tax.operations.export.firms import month_of, own_firm, profile_on, taxpayer

MATCHED, DIFFERS, ONLY_REGISTERED = "matched", "differs", "only_registered"
FIELDS = ("exported_on", "goods_name", "unit", "quantity", "price", "amount")
Row = ExportRegistration | ExportRelease


def match_month(month: str, *, at: datetime) -> dict[str, Any]:
    """Match the caller's month; answers the report's numbers. May be repeated: what is filed keeps its decision."""
    firm = own_firm()
    first, last = month_of(month, day_of(at))
    told = clearance.export_lines(first=first, last=last, firm=firm)
    with scope(PLATFORM):
        _keep(firm, month, told, at)
        report = _matched(firm, month, at)
    audit.record("tax.export.match", object_kind="organisation", object_id=firm, after={"month": month, **report})
    return report


def _keep(firm: int, month: str, told: Sequence[dict[str, Any]], at: datetime) -> None:
    """The released lines as they stand now; a list that was taken back since is no more among them."""
    names = ("exported_on", "hs", "goods_name", "unit", "currency", "mode", "customs_code")
    rows = [
        ExportRelease(
            organisation_id=firm, list_no=one["list_no"], line_no=one["line_no"], month=month, trade_id=one["trade"],
            simplified=bool(one.get("simplified")), read_at=at, **{name: one[name] for name in names},
            **{name: Decimal(one[name]) for name in ("quantity", "price", "amount")},
        )
        for one in told
    ]  # fmt: skip
    ExportRelease.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["list_no", "line_no"],
        update_fields=[*names, "quantity", "price", "amount", "month", "trade_id", "simplified", "read_at"],
    )  # fmt: skip


def _matched(firm: int, month: str, at: datetime) -> dict[str, Any]:
    released = {_key(row): row for row in ExportRelease.objects.filter(organisation_id=firm, month=month, read_at=at)}
    # what was registered under another month by mistake is found by its key
    also = Q(list_no__in={key[0] for key in released})
    kept = ExportRegistration.objects.select_for_update().filter(organisation_id=firm).filter(Q(month=month) | also)
    registered = {_key(row): row for row in kept if row.month == month or _key(row) in released}
    found = match(_fields(registered), _fields(released))
    differing = dict(found.differing)
    frozen = _frozen(registered)
    payer = taxpayer(profile_on(firm, day_of(at)))
    for key, row in registered.items():
        if key not in frozen:
            lacks = agencies.lacks(firm, row.exported_on, today=day_of(at)) if row.voucher == AGENCY else []
            _decide(row, released.get(key), differing.get(key, ()), payer, at, lacks)
    ExportRegistration.objects.bulk_update(
        registered.values(), ["match", "differs", "treatment", "assessment", "matched_at"], batch_size=500
    )
    counts = found.counts()
    ExportMatch.objects.create(
        organisation_id=firm, month=month, at=at, **{name: counts[name] for name in counts if name != "share"}
    )
    events.publish("tax.export_matched", [{"firm": firm, "month": month, **counts}])
    return counts


def _decide(
    row: ExportRegistration, released: ExportRelease | None, differs: Sequence[str], payer: Taxpayer, at: datetime,
    lacks: Sequence[Reason] = (),
) -> None:  # fmt: skip
    row.match = ONLY_REGISTERED if released is None else DIFFERS if differs else MATCHED
    row.differs, row.matched_at = list(differs), at
    line = ExportLine(
        row.list_no, row.line_no, released.exported_on if released else row.exported_on, released.hs if released else "",
        released.mode if released else "", released.customs_code if released else "",
    )  # fmt: skip
    today = day_of(at)
    proofs = Proofs(
        declared=released is not None, received=row.received_on is not None and row.received_on <= today,
        voucher=row.voucher, matches=row.invoice_matches, registered=row.match == MATCHED, agency_lacks=tuple(lacks),
    )  # fmt: skip
    found = treat(line, payer, proofs, today=today)
    # before customs told of the list nothing is decided against the firm
    row.treatment = "waits" if released is None else found.kind
    row.assessment = found.as_dict()


def _fields(rows: dict[Key, Any]) -> dict[Key, SixFields]:
    """Amounts to the cent: a customs list may carry five decimals, money has two."""
    told = {key: SixFields(*(getattr(row, name) for name in FIELDS)) for key, row in rows.items()}
    return {key: replace(one, amount=to_cents(one.amount)) for key, one in told.items()}


def _key(row: Row) -> Key:
    return row.list_no, row.line_no


def _frozen(rows: dict[Key, Any]) -> set[Key]:
    standing = RefundLine.objects.filter(standing=True, list_no__in={key[0] for key in rows})
    return set(standing.values_list("list_no", "line_no"))


__all__ = ["DIFFERS", "MATCHED", "ONLY_REGISTERED", "Match", "match_month"]
