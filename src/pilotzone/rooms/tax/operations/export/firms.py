"""Whose export it is: the caller's firm, and what the tax authority recorded of it for a day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, seen
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.tax.engine.export.firmclass import Class_, Facts, classify, locked
from pilotzone.rooms.tax.engine.export.line import KINDS, Taxpayer
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import ExportFirm
from pilotzone.rooms.tax.queries import marks

FILE, DECIDE = "refund.file", "refund.decide"
MONTHS = 12


def own_firm() -> int:
    """The firm the caller files for; Denied for who may not file."""
    actor = require(FILE)
    if actor.organisation is None:
        raise refused("rule.export.profile")
    return actor.organisation


def profile_on(firm: int, on: date) -> ExportFirm | None:
    """What stood recorded that day; None where nothing was."""
    return ExportFirm.objects.filter(organisation_id=firm, valid_from__lte=on).order_by("-valid_from").first()


def needed(firm: int, on: date) -> ExportFirm:
    """The same; Refused `rule.export.profile` where nothing was recorded."""
    found = profile_on(firm, on)
    if found is None:
        raise refused("rule.export.profile")
    return found


def taxpayer(found: ExportFirm | None) -> Taxpayer:
    """The profile for the engine; a firm nobody recorded is no general taxpayer, but of the zone: it acts here."""
    if found is None:
        return Taxpayer()
    return Taxpayer(found.general, found.refund_filed, found.kind, found.in_zone)


def record(
    *, organisation: int, valid_from: date, general: bool, refund_filed: bool, facts: Facts, at: datetime,
    in_zone: bool = True, false_before: bool = False, deemed: bool = False, reason: str = "", version: int | None = None,
) -> Class_:  # fmt: skip
    """The tax authority records a firm and its yearly class from a day on; the class follows from the facts.

    A class four recorded for an earlier day stays until its lock ends, whatever the new facts say, unless the tax credit was repaired;
    recorded for the same day it is corrected. Refused `rule.export.filing_kind`, `kernel.record.moved` where a colleague recorded the
    firm since a form showed it (`version`, of `export_firm_mark`; 0, which showed nothing of it: where the same day is recorded already).
    """
    require(DECIDE)
    reason = whole(reason, 300, "理由", "The reason", field="reason")
    if facts.kind not in KINDS:
        raise refused("rule.export.filing_kind", kind=facts.kind[:20])
    firm = access_organisation(organisation)
    _as_shown(firm.pk, version, valid_from)
    before = (
        ExportFirm.objects.filter(organisation_id=firm.pk, valid_from__lt=valid_from).order_by("-valid_from").first()
    )
    until = before.locked_until if before else None
    found = locked(classify(facts, on=valid_from), until, on=valid_from, repaired=facts.credit_repaired)
    after = {
        "general": general, "refund_filed": refund_filed, "in_zone": in_zone, "kind": facts.kind, "class_number": found.number,
        "locked_until": found.locked_until, "false_before": false_before, "deemed": deemed,
    }  # fmt: skip
    was = ExportFirm.objects.filter(organisation_id=firm.pk, valid_from=valid_from).values(*after).first()
    audit.record(
        "tax.export.profile", object_kind=marks.EXPORT_FIRM, object_id=firm.pk, before=was,
        after={"firm": firm.pk, "valid_from": valid_from.isoformat(), **after}, reason=reason,
    )  # fmt: skip
    person = current().person
    with scope(PLATFORM):
        ExportFirm.objects.update_or_create(
            organisation_id=firm.pk, valid_from=valid_from,
            defaults={
                **after, "facts": _kept(facts), "reasons": [one.as_dict() for one in found.reasons], "recorded_at": at,
                "recorded_by": person,
            },
        )  # fmt: skip
    return found


def _kept(facts: Facts) -> dict[str, bool | str | None]:
    return {
        name: value if isinstance(value, bool | str | None) else str(value) for name, value in asdict(facts).items()
    }


def _as_shown(firm: int, version: int | None, day: date) -> None:
    """Who records a firm does so one after the other, so that its lines are numbered in the order they are told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{marks.EXPORT_FIRM}|{firm}"])
    seen.unmoved(
        marks.EXPORT_FIRM, firm, version, source="税务总局公告2016年第46号",
        about=lambda line: bool(version) or line["after"]["valid_from"] == day.isoformat(),
        what=lambda lines: seen.named([
            (f"{line['after']['valid_from']}起的资料", f"what counts from {line['after']['valid_from']}") for line in reversed(lines)
        ]),
    )  # fmt: skip


def month_of(text: str, today: date) -> tuple[date, date]:
    """First and last day of a month typed yyyy-mm, not after the present one. Refused `rule.export.month`."""
    from pilotzone.rooms.tax.engine.export.deadline import first_of_next_month

    shown = text.strip()[:10]
    try:
        if len(shown) != 7 or not shown.isascii():
            raise ValueError(shown)
        first = date.fromisoformat(f"{shown}-01")
    except ValueError:
        raise refused("rule.export.month", month=shown) from None
    if first > today or first.year < 2000:
        raise refused("rule.export.month", month=shown)
    following = first_of_next_month(first)
    return first, date.fromordinal(following.toordinal() - 1)


def today_of(at: datetime) -> date:
    """The Shanghai day of a moment."""
    return day_of(at)
