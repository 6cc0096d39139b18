"""Who answers for the catalogue: rooms for what the zone holds, departments' systems for the rest where they are connected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.catalogue.shapes import REFUSED
from pilotzone.exchange.hub import owners
from pilotzone.exchange.hub import providers as plugged
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages import providers

DAY = date(2021, 6, 1)


def test_departments_answer_where_they_are_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {code for code, one in resources().items() if one.sharing != REFUSED}
    monkeypatch.setattr(plugged, "_providers", {})
    monkeypatch.delenv("PILOTZONE_DEPARTMENTS_URL", raising=False)
    providers.plug_in()
    assert {code for code in resources() if plugged.answers(code)} == set(providers.PROVIDERS)
    monkeypatch.setenv("PILOTZONE_DEPARTMENTS_URL", "http://127.0.0.1:9")
    providers.plug_in()
    assert {code for code in resources() if plugged.answers(code)} == shared


def test_an_owner_answers_for_the_version_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A start asks no clock; a version of a coming day begins without another start, and what it no longer shares is not asked."""
    was = resources()["samr.persons"]
    now = replace(was, version="2", since=DAY, owner="zone.tax")
    refused, asked = replace(now, sharing=REFUSED), list[str]()
    kept = reading._table.peek()
    monkeypatch.setattr(plugged, "_providers", {})
    monkeypatch.setenv("PILOTZONE_DEPARTMENTS_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(owners, "provider", lambda one, _url, _line: lambda _where, _day: asked.append(one.owner) or [])
    try:
        reading._table.put(resources() | {was.code: now})
        monkeypatch.setattr(clock, "today", lambda: pytest.fail("a start asks the clock"))
        providers.plug_in()
        for today in (DAY - timedelta(days=1), DAY):
            monkeypatch.setattr(clock, "today", lambda today=today: today)
            plugged.provider(was.code)({}, today)
        assert asked == ["zone.samr", "zone.tax"]
        reading._table.put(resources() | {was.code: refused})
        with pytest.raises(Unavailable, match=r"hub\.no_provider"):
            plugged.provider(was.code)({}, DAY)
    finally:
        reading._table.put(kept)


def test_a_months_trade_is_the_platforms_exports_and_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(indicator: str, value: str, coverage: str = "platform") -> SimpleNamespace:
        return SimpleNamespace(
            month=date(2021, 5, 1),
            stage="final",
            coverage=coverage,
            indicator=indicator,
            version="1",
            value=Decimal(value),
        )

    told = [
        row("export_cny", "10.00"),
        row("import_cny", "2.00"),
        row("export_cny", "99.00", "port"),
        row("orders", "7"),
    ]
    monkeypatch.setattr(providers.statistics, "latest", lambda first, last: [])
    monkeypatch.setattr(providers.statistics, "figures", lambda ones, dimension: told)
    assert list(providers.monthly_trade({}, DAY)) == [
        {"month": "2021-05", "exports": Decimal("10.00"), "imports": Decimal("2.00")}
    ]


@pytest.mark.django_db
def test_a_firms_total_check_is_told_in_per_cent_and_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "91360100MA00000X0K"
    with scope(PLATFORM):
        firm = Organisation.objects.create(name="甲", uscc=code, created_at=datetime(2021, 1, 1, tzinfo=UTC))
        checks = [
            {"organisation": firm.pk, "last": date(2021, 6, 1), "fund_goods": "1.0250", "level": "green"},
            {"organisation": 0, "last": date(2021, 6, 1), "fund_goods": None, "level": "red"},
        ]
        monkeypatch.setattr(providers.fx, "checks", lambda on: checks)
        assert providers.total_checks({"uscc": code}, DAY) == [
            {"uscc": code, "month": "2021-05", "ratio": "102.50", "result": "正常"}
        ]
        assert providers.total_checks({"uscc": "X"}, DAY) == []
