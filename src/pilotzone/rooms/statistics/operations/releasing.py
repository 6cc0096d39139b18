"""A release from its announcement to its publication: announce, compute, consent, publish. Nothing published is written over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import on_or_after
from pilotzone.rooms.statistics.engine import releasing as engine
from pilotzone.rooms.statistics.engine.disclosure.cells import Key
from pilotzone.rooms.statistics.engine.disclosure.rules import rules_on
from pilotzone.rooms.statistics.engine.indicators.definitions import Indicator, in_force
from pilotzone.rooms.statistics.engine.releases import due_days
from pilotzone.rooms.statistics.engine.vintages import named, overtaking, stage
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Figure, Ground, Pending, Release
from pilotzone.rooms.statistics.operations.guarding import closed, guarded, hidden_now
from pilotzone.rooms.statistics.operations.linking import link
from pilotzone.rooms.statistics.queries.definitions import indicators
from pilotzone.rooms.statistics.queries.links import before, outdated
from pilotzone.rooms.statistics.queries.releases import digest, locked

AHEAD = 2  # months after the running one whose release days are told
DEMO = "合成数据：演示区示意同意 Synthetic: shown in a demonstration only"
LONGEST = 200
_VALUES = ("export_cny", "import_cny", "trade_cny", "export_usd", "import_usd", "trade_usd")
_REGIONS = {"rcep_share": ("rcep_cny", "rcep"), "eu_share": ("eu_cny", "eu"), "us_share": ("us_cny", "us")}
_FLOW = {"export": "E", "import": "I", "trade": ""}


def announce(today: date) -> int:
    """Tell the release days of every counted month and of the next; how many were new. As the platform or a statistician."""
    with scope(PLATFORM):
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(month) FROM statistics_margin WHERE grain = ''")
            (first,) = cursor.fetchone()
        months = list(_months(first or today.replace(day=1), today.replace(day=1)))
        known = set(Release.objects.filter(month__in=months).values_list("month", flat=True))
        made = Release.objects.bulk_create(
            Release(month=month, stage=told, due_on=on_or_after(day).day)
            for month in months
            if month not in known
            for told, day in due_days(month)
        )
    return len(made)


def compute(number: int, *, at: datetime) -> int:
    """Reckon the figures of an announced release and protect them, also against what of the month was told; how many there are.

    May be done again until it is published. Refused `statistics.release.state`, `statistics.vintage.overtaken`.
    """
    require("statistics.work")
    with transaction.atomic():
        one = locked(number)
        if one.state == "published":
            raise refused("statistics.release.state")
        _standing(one)
        with scope(PLATFORM):  # facts are nobody's but the platform's; who compiled is told outside
            figures = _compiled(one)
        one.state, one.computed_at = "computed", at
        one.save(update_fields=["state", "computed_at", "rule"])
        audit.record(
            "statistics.compute", object_kind="statistics.release", object_id=one.pk, after={"figures": figures}
        )
    return figures


def consent(number: int, *, text: str, at: datetime) -> None:
    """Customs' word that figures from its data may be published: who, when, which document.

    Refused `statistics.release.consent`, `.state`, `statistics.vintage.overtaken`.
    """
    actor = require("statistics.consent")
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise refused("statistics.release.consent")
    with transaction.atomic():
        one = locked(number)
        if one.state == "published":
            raise refused("statistics.release.state")
        _standing(one)
        one.consent, one.consent_at, one.consent_by_id = text, at, actor.person
        one.save(update_fields=["consent", "consent_at", "consent_by"])
        audit.record("statistics.consent", object_kind="statistics.release", object_id=one.pk, after={"consent": text})


def publish(number: int, *, at: datetime, on: date) -> None:
    """Publish: on its day or later, with customs' consent, in the order of vintages. What is told then stands.

    One after the other: whether a figure may stand rests on what is published of other months.

    Refused `statistics.release.state`, `.early`, `.embargo`, `.base`, `statistics.vintage.overtaken`, `.time`.
    """
    require("statistics.work")
    with transaction.atomic():
        _alone()
        one = locked(number)
        if one.state != "computed":
            raise refused("statistics.release.state")
        if on < one.due_on:
            raise refused("statistics.release.early", day=one.due_on.isoformat())
        if not one.consent:
            raise refused("statistics.release.embargo")
        _standing(one)
        if outdated(one):
            raise refused("statistics.release.base", month=f"{before(one.month):%Y-%m}")
        if (later := stage(one.month, on)) != one.stage:
            period = f"{one.month:%Y-%m}"
            raise refused("statistics.vintage.time", period=period, day=on, **named(one.stage), **named(later, "later"))
        one.state, one.published_at, one.published_on = "published", at, on
        one.digest = digest(one)
        one.save(update_fields=["state", "published_at", "published_on", "digest"])
        audit.record(
            "statistics.publish", object_kind="statistics.release", object_id=one.pk, after={"sha256": one.digest}
        )


def tick(at: datetime, today: date, *, loaded: bool = True) -> int:
    """Announce; in a demonstration also publish one synthetic month that is due: its latest stage, on the day it was due.

    `loaded`: the demonstration is complete; before it is, and while trades wait to be counted, nothing is published. What a person
    compiled, consented to or is working on is left to them.
    """
    done = announce(today)
    if not clock.is_demo() or not loaded:
        return done
    with scope(PLATFORM):
        if Pending.objects.exists() or not _alone("pg_try_advisory_xact_lock"):
            return done
        waiting = _untouched(today)
        if waiting is not None:
            compute(waiting.pk, at=at)
            consent(waiting.pk, text=DEMO, at=at)
            publish(waiting.pk, at=at, on=waiting.due_on)
            done += 1
    return done


def _alone(function: str = "pg_advisory_xact_lock") -> bool:
    """One publication at a time, until the transaction ends. Taken before any release is held, never after: nobody waits in a ring.

    `pg_try_advisory_xact_lock` does not wait: False where another one publishes.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended('statistics.publish', 0))")
        return cursor.fetchone()[0] is not False


def _untouched(today: date) -> Release | None:
    """The first month whose latest due stage nobody took in hand, held; None where there is none."""
    due = Release.objects.filter(due_on__lte=today).order_by("month", "-due_on").distinct("month")
    for one in due:
        if one.state == "announced" and not one.consent and _counted(one.month):
            free = Release.objects.select_for_update(skip_locked=True).filter(pk=one.pk, state="announced", consent="")
            if (held := free.first()) is not None:
                return held
    return None


def _standing(one: Release) -> None:
    """Refused where this kind of the month's figures, or a later one, is out."""
    told = Release.objects.filter(month=one.month, state="published").values_list("stage", flat=True)
    if later := overtaking(one.stage, told):
        period = f"{one.month:%Y-%m}"
        raise refused("statistics.vintage.overtaken", period=period, **named(one.stage), **named(later, "later"))


def _compiled(one: Release) -> int:
    found = guarded(one.month, one.due_on)
    rows, codes, hidden = found.rows, found.codes, found.hidden
    one.rule = found.rule
    base = hidden_now(before(one.month), one.due_on)
    Figure.objects.filter(release=one).delete()
    made = Figure.objects.bulk_create(
        [*_figures(one, rows, codes, hidden), *_shares(one, rows, codes, hidden), *link(one, rows, hidden, base)]
    )
    Ground.objects.update_or_create(release=one, defaults={"body": closed(rows, codes, hidden)})
    return len(made)


def _counted(month: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM statistics_margin WHERE grain = '' AND month = %s)", [month])
        return bool(cursor.fetchone()[0])


def _months(first: date, running: date) -> Iterator[date]:
    until = running
    for _ in range(AHEAD):
        until = (until + timedelta(days=32)).replace(day=1)
    while first <= until:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)


def _figures(
    one: Release, rows: Sequence[engine.Amount], codes: engine.Codes, hidden: frozenset[Key]
) -> Iterator[Figure]:  # fmt: skip
    every = indicators()
    for coverage in engine.COVERAGES:
        there = [row for row in rows if engine.inside(row, coverage)]
        for name in (*_VALUES, "orders", "active_firms"):
            flow = _FLOW.get(name.partition("_")[0], "")
            told = in_force(every, name, one.due_on)
            if coverage not in told.coverages:
                continue
            for dimension in engine.DIMENSIONS if name in _VALUES[:5] and flow else ("",):
                if (dimension == "unit" and coverage != "registered") or (dimension == "region" and not codes.regions):
                    continue
                by_code: dict[str, list[engine.Amount]] = {"": []} if not dimension else {}
                for row in there:
                    if not flow or row.flow == flow:
                        by_code.setdefault(engine.code_in(row, dimension, codes), []).append(row)
                for code, found in sorted(by_code.items()):
                    shut = engine.cell_of(coverage, flow, dimension, code) in hidden
                    facts = {fact: _fact(fact, found) for fact in told.formula.names}
                    yield Figure(
                        release=one, indicator=name, version=told.version, coverage=coverage, flow=flow,
                        dimension=dimension, code=code, hidden=shut, value=None if shut else told.value(facts),
                    )  # fmt: skip


def _shares(
    one: Release, rows: Sequence[engine.Amount], codes: engine.Codes, hidden: frozenset[Key]
) -> Iterator[Figure]:
    """Regions as a part of all trade, and the concentration of countries; hidden where a number they are made of is."""
    every, rules = indicators(), rules_on(one.due_on)
    for coverage in engine.COVERAGES:
        there = [row for row in rows if engine.inside(row, coverage)]
        whole = engine.told_in("cny", there)
        if not whole:
            continue
        shut = engine.cell_of(coverage, "", "", "") in hidden
        for name, (fact, region) in _REGIONS.items():
            if region not in codes.regions.values():
                continue
            own = [row for row in there if codes.regions.get(row.country) == region]
            facts = {fact: engine.told_in("cny", own), "trade_cny": whole}
            gone = shut or (bool(own) and engine.cell_of(coverage, "", "region", region) in hidden)
            yield _share(one, in_force(every, name, one.due_on), coverage, facts, gone)
        named = {engine.code_in(row, "country", codes) for row in there}
        squares = engine.concentrated(there, rules)
        shut |= any(engine.cell_of(coverage, "", "country", code) in hidden for code in named)
        facts = {"country_squares": squares, "trade_cny": whole}
        yield _share(one, in_force(every, "country_hhi", one.due_on), coverage, facts, shut or squares is None)


def _share(one: Release, told: Indicator, coverage: str, facts: Mapping[str, Decimal | None], gone: bool) -> Figure:
    return Figure(
        release=one, indicator=told.key, version=told.version, coverage=coverage, flow="", dimension="", code="", hidden=gone,
        value=None if gone else told.value(facts),
    )  # fmt: skip


def _fact(name: str, rows: Sequence[engine.Amount]) -> Decimal | None:
    if name == "orders":
        return Decimal(sum(row.orders for row in rows))
    if name == "active_firms":
        return Decimal(len({row.firm for row in rows if row.firm}))
    side, _, money = name.partition("_")
    flow = _FLOW[side]
    return engine.told_in(money, [row for row in rows if not flow or row.flow == flow])
