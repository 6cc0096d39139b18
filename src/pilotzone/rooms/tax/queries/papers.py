"""Guarantees firm by firm, and the papers behind them, for pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from pilotzone.base.days import add_days
from pilotzone.base.money import yuan
from pilotzone.kernel import seen
from pilotzone.kernel.access.models import Organisation
from pilotzone.reference.rates import rate
from pilotzone.rooms.tax.models import GuaranteeAccount, GuaranteePaper
from pilotzone.rooms.tax.queries.marks import GUARANTEE_PAPER

GREEN, YELLOW, RED = "green", "yellow", "red"


def papers(organisation: int, *, on: date) -> list[dict[str, Any]]:
    """The papers of a firm, the next to end first, those given back last; `light` warns of the last day, `version` is the
    mark of the paper as it is shown (`kernel.seen`)."""
    found = GuaranteePaper.objects.filter(organisation_id=organisation)
    versions = seen.marks(GUARANTEE_PAPER, list(found.values_list("pk", flat=True)))
    rows = found.filter(pk__in=versions)  # read after their marks: what moves between is told
    warn = _warn_from(on)
    told = [
        {
            "number": row.number,
            "version": versions[row.pk],
            "kind": row.kind,
            "amount": yuan(row.amount),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "withdrawn": row.withdrawn_at is not None,
            "light": "" if row.withdrawn_at else light_of(row.valid_to, on=on, warn=warn),
        }
        for row in rows
    ]
    return sorted(told, key=lambda one: (one["withdrawn"], one["valid_to"] or date.max, one["number"]))


def guarantees(page: int = 1, size: int = 50, query: str = "", *, on: date) -> dict[str, Any]:
    """A page of firms with a guarantee, the least free first: {rows, total, page, ending}.

    `ending`: how many firms seen have a paper that ends soon or has ended. `query`: part of a name, or a code.
    """
    found = GuaranteeAccount.objects.all()
    if query := query.strip():
        firms = Organisation.objects.filter(Q(name__icontains=query) | Q(customs_code=query) | Q(uscc=query))
        found = found.filter(organisation_id__in=firms.values("pk"))
    warn = _warn_from(on)
    ending = GuaranteePaper.objects.filter(withdrawn_at=None, valid_to__lte=warn)
    size, total = max(1, min(size, 500)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    rows = sorted(found, key=lambda row: (row.deposited - row.held, row.organisation_id))[
        (page - 1) * size : page * size
    ]
    numbers = [row.organisation_id for row in rows]
    names = {firm.pk: firm for firm in Organisation.objects.filter(pk__in=numbers)}
    ends = _ends(GuaranteePaper.objects.filter(organisation_id__in=numbers, withdrawn_at=None).exclude(valid_to=None))
    told = []
    for row in rows:
        firm, end = names.get(row.organisation_id), ends.get(row.organisation_id)
        told.append(
            {
                "organisation": row.organisation_id,
                "name": firm.name if firm else "",
                "name_en": (firm.name_en or firm.name) if firm else "",
                "code": firm.customs_code if firm else "",
                "deposited": yuan(row.deposited),
                "held": yuan(row.held),
                "free": yuan(row.deposited - row.held),
                "ends": end,
                "light": light_of(end, on=on, warn=warn),
            }
        )
    return {
        "rows": told, "total": total, "page": page, "ending": ending.values("organisation_id").distinct().count(),
    }  # fmt: skip


def light_of(valid_to: date | None, *, on: date, warn: date) -> str:
    """Green while a paper is far from its last day, yellow from the warning on, red once it is over."""
    if valid_to is None or valid_to > warn:
        return GREEN
    return YELLOW if valid_to >= on else RED


def _warn_from(on: date) -> date:
    return add_days(on, int(rate("import.guarantee.warn_days", on=on).number))


def _ends(rows: Iterable[GuaranteePaper]) -> dict[int, date]:
    ends: dict[int, date] = {}
    for row in rows:
        assert row.valid_to is not None
        ends[row.organisation_id] = min(row.valid_to, ends.get(row.organisation_id, row.valid_to))
    return ends
