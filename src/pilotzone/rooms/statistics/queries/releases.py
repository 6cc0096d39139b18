"""Releases as the caller may see them: the calendar is everybody's, figures when they are published."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.kernel import paper_key
from pilotzone.rooms.statistics.engine.indicators.definitions import in_force
from pilotzone.rooms.statistics.engine.vintages import Row, Vintage, overtaking, stage, table
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Figure, Release
from pilotzone.rooms.statistics.queries.definitions import indicators
from pilotzone.rooms.statistics.queries.files import canonical

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Told:
    """A published number with all that belongs to it; `value` None where hidden."""

    month: date
    stage: str
    published_on: date
    indicator: str
    version: str
    zh: str
    en: str
    unit: str
    coverage: str
    flow: str
    dimension: str
    code: str
    value: Decimal | None
    hidden: bool


def locked(number: int) -> Release:
    """The release, held until the transaction ends; Refused `statistics.release.unknown`."""
    found = Release.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise refused("statistics.release.unknown")
    return found


def release(number: int) -> Release:
    """One release; Refused `statistics.release.unknown`."""
    found = Release.objects.filter(pk=number).first()
    if found is None:
        raise refused("statistics.release.unknown")
    return found


def calendar(*, since: date | None = None, until: date | None = None) -> list[Release]:
    """Every announced release by its day."""
    rows = Release.objects.order_by("due_on", "month", "stage")
    if since:
        rows = rows.filter(due_on__gte=since)
    return list(rows.filter(due_on__lte=until) if until else rows)


def superseded(rows: Sequence[Release], today: date) -> dict[int, tuple[str, bool]]:
    """Of announced releases those that are published no more: number → (the stage that stands in its place, whether that is published).

    A later kind of the month is out, or it is the later one's time.
    """
    out: dict[date, set[str]] = {}
    for month, told in Release.objects.filter(state=PUBLISHED).values_list("month", "stage"):
        out.setdefault(month, set()).add(told)
    found = {}
    for one in rows:
        if one.state == PUBLISHED:
            continue
        if later := overtaking(one.stage, out.get(one.month, ())):
            found[one.pk] = (later, True)
        elif one.due_on <= today and (now := stage(one.month, today)) != one.stage:
            found[one.pk] = (now, False)
    return found


def published(month: date | None = None) -> list[Release]:
    """The published releases, the latest month and vintage first."""
    rows = Release.objects.filter(state=PUBLISHED).order_by("-month", "-published_on")
    return list(rows.filter(month=month) if month else rows)


def latest(first: date, last: date, *, known: datetime | None = None) -> list[Release]:
    """The latest published vintage of each month from `first` to `last`, by month; `known`: as published up to that moment."""
    rows = Release.objects.filter(state=PUBLISHED, month__gte=first, month__lte=last)
    if known is not None:
        rows = rows.filter(published_at__lte=known)
    return sorted(rows.order_by("month", "-published_on").distinct("month"), key=lambda one: one.month)


def figures(releases: Sequence[Release], **wanted: str) -> list[Told]:
    """The numbers of releases; `wanted`: indicator, coverage, dimension, code, flow."""
    by_id = {one.pk: one for one in releases}
    rows = Figure.objects.filter(release_id__in=by_id, **wanted).order_by(
        "release__month", "indicator", "coverage", "flow", "dimension", "code"
    )
    every = {one.key: one for one in indicators()}
    told = []
    for row in rows:
        one, said = by_id[row.release_id], every[row.indicator]
        told.append(
            Told(
                one.month, one.stage, one.published_on or one.due_on, row.indicator, row.version, said.zh, said.en, said.unit,
                row.coverage, row.flow, row.dimension, row.code, row.value, row.hidden,
            )
        )  # fmt: skip
    return told


def revisions(indicator: str, coverage: str) -> list[Row]:
    """Every value a month's headline had, in the order it was told."""
    in_force(indicators(), indicator, date.max)
    ones = published()
    rows = figures(ones, indicator=indicator, coverage=coverage, dimension="")
    return table(
        Vintage(f"{row.month:%Y-%m}", row.stage, row.published_on, float(row.value))
        for row in rows
        if row.value is not None
    )


def content(one: Release) -> dict[str, Any]:
    """A release as plain data: the same for the same release, whenever it is asked."""
    return {
        "month": f"{one.month:%Y-%m}", "stage": one.stage, "due_on": one.due_on.isoformat(),
        "published_on": one.published_on.isoformat() if one.published_on else "", "consent": one.consent, "rule": one.rule,
        "figures": [
            {
                "indicator": row.indicator, "version": row.version, "unit": row.unit, "coverage": row.coverage,
                "flow": row.flow, "dimension": row.dimension, "code": row.code, "hidden": row.hidden,
                "value": None if row.value is None else f"{row.value:f}",
            }
            for row in figures([one])
        ],
    }  # fmt: skip


def digest(one: Release) -> str:
    """SHA-256 of the content, 64 hex digits."""
    return hashlib.sha256(canonical(content(one))).hexdigest()


def signed(one: Release) -> bytes:
    """The release file: content, its SHA-256, and the zone's Ed25519 signature over the content's canonical JSON."""
    told = content(one)
    data = canonical(told)
    return canonical({
        "release": told, "sha256": hashlib.sha256(data).hexdigest(), "algorithm": "Ed25519",
        "key": base64.b64encode(paper_key.public()).decode(), "signature": base64.b64encode(paper_key.sign(data)).decode(),
    })  # fmt: skip
