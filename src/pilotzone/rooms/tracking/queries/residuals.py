"""Residuals and runs as the caller may see them: row-level security shows a firm its own, a department what concerns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from pilotzone.base.sentences import Reason
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.tracking.engine.reconcile.kinds import KINDS, OWNERS
from pilotzone.rooms.tracking.errors import SENTENCES
from pilotzone.rooms.tracking.models import (
    ReconcilePass,
    ReconcileRun,
    Residual,
    ResidualFigure,
    ResidualFile,
    ResidualStep,
)

STATES = {
    "opened": ("待处理", "Open"),
    "owned": ("处理中", "Taken up"),
    "explained": ("已说明", "Explained"),
    "closed": ("已核销", "Closed"),
    "gone": ("已消除", "Not found any more"),
}
UNSETTLED = ("opened", "owned", "explained")


def access_residual(number: int) -> Residual:
    """A residual the caller sees. Refused `rule.reconcile.unknown`."""
    require("recon.see")
    found = Residual.objects.filter(pk=number).first()
    if found is None:
        raise SENTENCES.refused("rule.reconcile.unknown")
    return found


def residuals(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of residuals, those longest due first: {rows, total, page}.

    Filters: kind, state (`open`: not settled), owner, number (list, receipt or firm), day (of the pass), since, until (due).
    """
    require("recon.see")
    found = _filtered(filters or {})
    total = found.count()
    page = max(1, min(page, -(-total // size) or 1))
    rows = list(found.order_by("due_on", "pk")[(page - 1) * size : page * size])
    names = _names({row.firm for row in rows})
    today = clock.today()
    return {"rows": [_row(row, names, today) for row in rows], "total": total, "page": page}


def residual(number: int) -> dict[str, Any]:
    """One residual with its sentence, both sides, the money it explains, its files, and what happened to it."""
    one = access_residual(number)
    told = _row(one, _names({one.firm}), clock.today())
    steps = ResidualStep.objects.filter(residual=one).order_by("pk")
    said = _said(one)
    receipt = one.key.removeprefix("receipt:") if one.key.startswith("receipt:") else ""
    return told | {
        "said": said.as_dict(), "legs": [(pair, currency, str(Decimal(fen).scaleb(-2))) for pair, currency, fen in one.legs],
        "steps": [
            {
                "what": step.what, "at": step.at, "run": step.run, "person": step.person, "note": step.note,
                "evidence": step.evidence, "left": step.left, "right": step.right,
            }
            for step in steps
        ],
        "files": list(
            ResidualFile.objects.filter(residual=one).order_by("pk").values("id", "name", "media_type", "size", "sha256", "at")
        ),
        "trade": one.trade_id, "receipt": int(receipt) if receipt else None, "term": KINDS[one.kind].term,
        "mine": one.firm == current().organisation, "reason": one.reason, "evidence": one.evidence,
    }  # fmt: skip


def _said(one: Residual) -> Reason:
    """The sentence of a residual; a trade that has no list number yet is called a trade."""
    said = SENTENCES.reason(
        f"rule.reconcile.{one.kind}", number=one.number or one.key, subject=one.subject, left=one.left, right=one.right,
        due=one.due_on.isoformat(),
    )  # fmt: skip
    if one.number or not one.key.startswith("trade:"):
        return said
    trade = one.key.removeprefix("trade:")
    en = said.en.replace(f"List {one.key}", f"Trade {trade} (no list number)")
    return replace(
        said,
        zh=said.zh.replace(f"清单{one.key}", f"交易{trade}（无清单编号）"),
        en=en.replace(f"list {one.key}", f"trade {trade} (no list number)"),
    )


def kinds_now() -> list[dict[str, Any]]:
    """What is not settled by kind and currency, of what the caller sees: {kind, currency, n, amount}."""
    require("recon.see")
    found = Residual.objects.filter(state__in=UNSETTLED)
    rows = (
        found.values("kind", "currency").annotate(n=Count("pk"), amount=Sum("difference")).order_by("kind", "currency")
    )
    return [{"kind": row["kind"], "currency": row["currency"], "n": row["n"], "amount": row["amount"]} for row in rows]


def runs(page: int = 1, size: int = 20) -> dict[str, Any]:
    """The runs, the newest first: {rows, total, page}."""
    require("recon.see")
    found = ReconcileRun.objects.order_by("-pk")
    total = found.count()
    return {"rows": [run_told(row) for row in found[(page - 1) * size : page * size]], "total": total, "page": page}


def run_of(number: int) -> dict[str, Any] | None:
    """One run; None where there is none."""
    require("recon.see")
    row = ReconcileRun.objects.filter(pk=number).first()
    return None if row is None else run_told(row)


def run_told(row: ReconcileRun) -> dict[str, Any]:
    """A run as plain data."""
    names = (
        "first", "last", "as_of", "channel", "state", "days", "done", "algorithm", "edition", "asked_at", "finished_at",
        "found", "fresh", "reopened", "gone", "unexplained", "problem",
    )  # fmt: skip
    return {"id": row.pk, **{name: getattr(row, name) for name in names}}


def run_sums(number: int) -> list[dict[str, Any]]:
    """The sides of a run, added up over its days, in yuan or the currency: {pair, currency, left, right, residual, tolerated,
    waiting, lawful, unexplained}."""
    require("recon.see")
    sums: dict[tuple[str, str], list[int]] = {}
    for told in ReconcilePass.objects.filter(run=number).values_list("sums", flat=True):
        for pair, currency, *parts in told:
            before = sums.setdefault((pair, currency), [0] * len(parts))
            sums[pair, currency] = [a + b for a, b in zip(before, parts, strict=True)]
    names = ("left", "right", "residual", "tolerated", "waiting", "lawful")
    return [
        {"pair": pair, "currency": currency, **{name: _money(part) for name, part in zip(names, parts, strict=True)}}
        | {"unexplained": _money(parts[0] - parts[1] - sum(parts[2:]))}
        for (pair, currency), parts in sorted(sums.items())
    ]


def trend(days: int = 30) -> list[dict[str, Any]]:
    """The newest passes of the last days that were reconciled: {day, matched, found}, oldest first."""
    require("recon.see")
    passes = ReconcilePass.objects.order_by("-day", "-pk").distinct("day")[:days]
    return [{"day": one.day, "matched": one.matched, "found": sum(one.kinds.values())} for one in reversed(passes)]


def figures_now(days: int = 30) -> list[dict[str, Any]]:
    """The published counts of the newest days, a county's own for its officer: {day, unit, kind (`*`: all), hidden, n, rule}."""
    require("aggregate.see")
    newest = ResidualFigure.objects.order_by("-day").values_list("day", flat=True).distinct()[:days]
    rows = ResidualFigure.objects.filter(day__in=list(newest)).order_by("-day", "unit", "kind")
    return [dict(row) for row in rows.values("day", "unit", "kind", "hidden", "n", "rule")]


def _filtered(filters: Mapping[str, Any]) -> QuerySet[Residual]:
    found = Residual.objects.all()
    state = filters.get("state") or ""
    if state == "open":
        found = found.filter(state__in=UNSETTLED)
    elif state:
        found = found.filter(state=state)
    for name in ("kind", "owner"):
        if filters.get(name):
            found = found.filter(**{name: filters[name]})
    for name, field in (("day", "pass_day"), ("since", "due_on__gte"), ("until", "due_on__lte")):
        if filters.get(name):
            found = found.filter(**{field: filters[name]})
    if number := str(filters.get("number") or "").strip():
        firms = Organisation.objects.filter(name__icontains=number).values("pk")
        found = found.filter(number=number) | found.filter(subject=number) | found.filter(firm__in=firms)
    return found


def _names(firms: set[int]) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=firms).values_list("pk", "name"))


def _money(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


def _row(row: Residual, names: Mapping[int, str], today: date) -> dict[str, Any]:
    late = (today - row.due_on).days
    return {
        "id": row.pk, "kind": row.kind, "key": row.key, "number": row.number, "subject": row.subject, "firm": row.firm,
        "firm_name": names.get(row.firm, ""), "unit": row.unit, "day": row.day, "pass_day": row.pass_day,
        "due_on": row.due_on, "age": max(0, late), "left": row.left, "right": row.right, "currency": row.currency,
        "difference": row.difference, "owner": row.owner, "owner_zh": OWNERS[row.owner][0], "owner_en": OWNERS[row.owner][1],
        "state": row.state, "found_at": row.found_at, "first_run": row.first_run, "last_run": row.last_run,
    }  # fmt: skip
