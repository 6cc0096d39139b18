"""A release is announced, computed, consented to and published in this order; a self-report is the firm's and the statisticians'."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, paper_key
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.counting import Listed
from pilotzone.rooms.statistics.models import Release
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.queries.files import canonical
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed

NOVEMBER = date(2021, 11, 1)
NOW = datetime(2021, 12, 20, 9, tzinfo=SHANGHAI)
STATISTICIAN = Actor(kind=AGENCY, unit_path="zone.statistics", role="statistician")
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
FIRM, OTHER = (Actor(kind=ENTERPRISE, organisation=number, role="ebc") for number in (901, 902))


def counted(firms: int = 8, month: int = 11, **more: Any) -> None:
    lists = [
        listed(n, firm=n % firms + 1, month=month, unit=UNITS[n % 2], amount=f"{100 + n}.00", flow="IE"[n % 2], **more)
        for n in range(1, 41)
    ]
    replace([one.trade for one in lists], facts(*lists))


def replace_firm(one: Listed, number: int) -> Listed:
    """The same list of another of eight firms, so that every country has them all."""
    return dataclasses.replace(one, firm=number // 4 % 8 + 1)


def one_of(stage: str = "preliminary", month: date = NOVEMBER) -> Release:
    return next(one for one in api.calendar() if one.month == month and one.stage == stage)


@pytest.fixture
def announced(db: None) -> Release:
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        return one_of()


def published(one: Release) -> Release:
    with scope(STATISTICIAN):
        api.compute(one.pk, at=NOW)
    with scope(CUSTOMS):
        api.consent(one.pk, text="南昌海关同意（合成）", at=NOW)
    with scope(STATISTICIAN):
        api.publish(one.pk, at=NOW, on=one.due_on)
    with scope(NOBODY):
        return api.release(one.pk)


def test_the_days_are_told_ahead_on_working_days(announced: Release) -> None:
    assert announced.due_on == date(2021, 12, 20)
    with scope(NOBODY):
        told = {(one.month, one.stage): one.due_on for one in api.calendar()}
    assert told[NOVEMBER, "revised"] == date(2022, 1, 20)
    assert told[NOVEMBER, "final"] == date(2022, 7, 20)
    assert max(month for month, _ in told) == date(2022, 1, 1)
    assert all(day.weekday() < 5 for day in told.values())


def test_before_customs_consents_nothing_is_published_and_the_database_says_so(announced: Release) -> None:
    with scope(STATISTICIAN):
        api.compute(announced.pk, at=NOW)
        with pytest.raises(Refused) as refused:
            api.publish(announced.pk, at=NOW, on=announced.due_on)
        assert refused.value.code == "statistics.release.embargo"
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=announced.pk).update(state="published", published_on=announced.due_on)
    with scope(NOBODY):
        assert api.figures([announced]) == []
    with scope(STATISTICIAN), pytest.raises(Denied):
        api.consent(announced.pk, text="自己同意", at=NOW)


def test_it_is_not_published_before_its_day(announced: Release) -> None:
    with scope(STATISTICIAN):
        api.compute(announced.pk, at=NOW)
    with scope(CUSTOMS):
        api.consent(announced.pk, text="同意", at=NOW)
    with scope(STATISTICIAN), pytest.raises(Refused) as refused:
        api.publish(announced.pk, at=NOW, on=date(2021, 12, 17))
    assert refused.value.code == "statistics.release.early"


def test_what_is_published_carries_vintage_coverage_and_definition_and_is_signed(announced: Release) -> None:
    one = published(announced)
    with scope(NOBODY):
        rows = api.figures([one], dimension="")
        whole = {(row.indicator, row.coverage): row for row in rows}
        total = whole["trade_cny", "platform"]
        assert total.value == sum(100 + n for n in range(1, 41))
        assert (total.stage, total.version, total.unit, total.hidden) == ("preliminary", "1", "cny", False)
        assert whole["active_firms", "platform"].value == 8
        assert {row.coverage for row in rows} == {"port", "registered", "platform"}
        told = json.loads(api.signed(one))
    data = canonical(told["release"])
    assert told["sha256"] == hashlib.sha256(data).hexdigest() == one.digest
    assert paper_key.verifies(base64.b64decode(told["signature"]), data, base64.b64decode(told["key"]))
    assert not paper_key.verifies(base64.b64decode(told["signature"]), data + b" ", base64.b64decode(told["key"]))


def test_who_compiled_consented_and_published_is_told(announced: Release) -> None:
    one = published(announced)
    with scope(PLATFORM):
        lines = {line["action"]: line["role"] for line in audit.trail("statistics.release", one.pk)}
    assert lines["statistics.compute"] == lines["statistics.publish"] == "statistician"
    assert lines["statistics.consent"] == "customs_officer"


def test_few_firms_are_hidden_and_the_rest_adds_up(db: None) -> None:
    with scope(PLATFORM):
        counted()
        few = [listed(100 + n, firm=n, country="502", hs=("9503000010",), amount="5000.00") for n in (1, 2)]
        replace([one.trade for one in few], facts(*few))
        api.announce(date(2021, 11, 25))
        one = published(one_of())
    with scope(NOBODY):
        rows = api.figures([one], coverage="platform", indicator="import_cny", dimension="country")
        told = {row.code: row for row in rows}
    assert told["502"].hidden and told["502"].value is None
    assert sum(row.hidden for row in rows) > 1, "one hidden cell is the total less the others"


def test_regions_add_up_to_all_trade_and_shares_come_of_them(db: None) -> None:
    countries = ("304", "305", "502", "116")
    with scope(PLATFORM):
        lists = [
            listed(n, firm=n % 8 + 1, country=countries[n % 4], amount=f"{100 + n}.00", flow="E", unit=UNITS[0])
            for n in range(1, 129)
        ]
        lists = [replace_firm(one, number) for number, one in enumerate(lists)]
        replace([one.trade for one in lists], facts(*lists))
        api.announce(date(2021, 11, 25))
        one = published(one_of())
    with scope(NOBODY):
        whole = {row.indicator: row for row in api.figures([one], coverage="platform", dimension="")}
        parts = {
            row.code: row for row in api.figures([one], coverage="platform", indicator="export_cny", dimension="region")
        }
        by_country = api.figures([one], coverage="platform", indicator="export_cny", dimension="country")
    total = whole["trade_cny"].value
    assert parts.keys() == {"eu", "us", "rest"} and not any(row.hidden for row in [*parts.values(), *by_country])
    assert sum(row.value or 0 for row in parts.values()) == total
    assert whole["eu_share"].value == pytest.approx(parts["eu"].value / total, abs=Decimal("0.000001"))
    assert "rcep_share" not in whole, "the agreement was not in force in that month"
    squares = sum((row.value or 0) ** 2 for row in by_country)
    assert whole["country_hhi"].value == pytest.approx(squares / total**2, abs=Decimal("0.000001"))


def test_the_concentration_of_countries_is_hidden_where_one_country_tells_of_a_firm(db: None) -> None:
    with scope(PLATFORM):
        counted()
        few = [listed(100 + n, firm=n, country="502", amount="5000.00") for n in (1, 2)]
        replace([one.trade for one in few], facts(*few))
        api.announce(date(2021, 11, 25))
        one = published(one_of())
    with scope(NOBODY):
        told = {row.indicator: row for row in api.figures([one], coverage="platform", dimension="")}
    assert told["country_hhi"].hidden and told["us_share"].hidden and told["us_share"].value is None


def test_a_later_vintage_follows_and_nothing_told_is_written_over(announced: Release) -> None:
    first = published(announced)
    with scope(STATISTICIAN), pytest.raises(Refused):
        api.compute(first.pk, at=NOW)
    with scope(PLATFORM):
        late = [listed(200 + n, firm=n % 8 + 1, amount="10.00") for n in range(16)]
        replace([one.trade for one in late], facts(*late))
        second = one_of("revised")
    published(second)
    with scope(NOBODY):
        (row,) = [row for row in api.revisions("trade_cny", "platform") if row.period == "2021-11"]
    assert [one.stage for one in row.values] == ["preliminary", "revised"]
    assert row.revision == 160


def test_an_earlier_kind_is_not_compiled_or_consented_to_once_a_later_one_is_out(announced: Release) -> None:
    published(one_of("revised"))
    for actor, step in (
        (STATISTICIAN, lambda: api.compute(announced.pk, at=NOW)),
        (CUSTOMS, lambda: api.consent(announced.pk, text="同意（合成）", at=NOW)),
    ):
        with scope(actor), pytest.raises(Refused) as refused:
            step()
        assert refused.value.code == "statistics.vintage.overtaken"
        assert refused.value.zh == "2021-11的初步数不再公布：修订数已经公布"
        assert (
            refused.value.en == "The preliminary figures of 2021-11 are published no more: the revised figures are out"
        )
    with scope(NOBODY):
        assert api.release(announced.pk).state == "announced"


def test_a_kind_whose_time_is_over_is_refused_in_words_of_both_languages(announced: Release) -> None:
    with scope(STATISTICIAN):
        api.compute(announced.pk, at=NOW)
    with scope(CUSTOMS):
        api.consent(announced.pk, text="同意（合成）", at=NOW)
    with scope(STATISTICIAN), pytest.raises(Refused) as refused:
        api.publish(announced.pk, at=NOW, on=date(2022, 1, 20))
    assert refused.value.code == "statistics.vintage.time"
    assert refused.value.zh == "2022-01-20已过2021-11初步数的公布时间，应公布修订数"
    assert (
        refused.value.en
        == "On 2022-01-20 the time of the preliminary figures of 2021-11 is over: it is for the revised figures"
    )


def test_sdmx_names_every_number_with_status_and_structure(announced: Release) -> None:
    one = published(announced)
    with scope(NOBODY):
        rows = api.figures([one])
    told = api.sdmx_data(rows, prepared="2021-12-20")
    seen = told["data"]["dataSets"][0]["observations"]
    assert len(seen) == len(rows)
    structure = told["data"]["structures"][0]
    dimensions = structure["dimensions"]["observation"]
    attributes = structure["attributes"]["observation"]
    for place, (value, *notes) in seen.items():
        parts = [dimensions[at]["values"][int(part)] for at, part in enumerate(place.split(":"))]
        status = attributes[0]["values"][notes[0]]["id"]
        assert parts[-1] == {"value": "2021-11"} and (value is None) == (status in ("Q", "O"))
    described = api.sdmx_structure({"COVERAGE": [("port", "口岸", "port")]}, prepared="2021-12-20")
    assert described["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]["dimensions"]


def typed(**more: str) -> dict[str, str]:
    names = ["export_total", "export_9610", "export_1210", "export_9710", "export_9810", "export_other", "import_total", "import_9610", "import_1210", "orders", "returns"]  # fmt: skip
    return dict.fromkeys(names, "0") | more


@pytest.fixture
def firms(db: None) -> None:
    with scope(PLATFORM):
        for actor in (FIRM, OTHER):
            Organisation.objects.create(pk=actor.organisation, name=f"合成企业{actor.organisation}", created_at=NOW)


def reported(actor: Actor = FIRM, month: date = NOVEMBER, note: str = "", reason: str = "", **more: str) -> int:
    with scope(actor):
        return api.report(month=month, typed=typed(**more), note=note, at=NOW, today=NOW.date(), reason=reason)


@pytest.mark.parametrize(("more", "code"), [
    ({"export_total": "100", "export_9610": "99", "orders": "1"}, "statistics.report.hard"),
    ({"export_total": "x"}, "statistics.report.field"), ({"export_total": "-1"}, "statistics.report.field"),
    ({"export_total": "1e30", "export_9610": "1e30"}, "statistics.report.field"), ({}, "statistics.report.hard"),
    ({"export_total": "900000", "export_9610": "900000", "orders": "1"}, "statistics.report.note"),
])  # fmt: skip
def test_a_report_that_does_not_hold_is_sent_back(firms: None, more: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        reported(**more)
    assert refused.value.code == code
    with scope(FIRM):
        assert api.reports() == []


def test_a_zero_report_is_a_report_and_a_correction_its_next_revision(firms: None) -> None:
    assert reported(zero_report="1") == 1
    with pytest.raises(Refused, match=r"report\.reason"):  # past its due day
        reported(export_total="100", export_9610="100", orders="2")
    assert reported(reason="漏报一单（合成）", export_total="100", export_9610="100", orders="2") == 2
    with pytest.raises(Refused) as refused:
        reported(month=date(2021, 12, 1), zero_report="1")
    assert refused.value.code == "statistics.report.closed"


OTHERS = {
    "nobody": NOBODY, "consumer": Actor(kind=CONSUMER, person=1, role="consumer"), "other firm": OTHER,
    "platform": PLATFORM, "county": Actor(kind=DISTRICT, unit_path=UNITS[0], role="district_officer"),
    "rating": Actor(kind=AGENCY, unit_path="zone.samr", role="rating_analyst"),
    "publisher": Actor(kind=AGENCY, unit_path="zone.samr", role="rating_publisher"),
    "customs": CUSTOMS, "control": Actor(kind=AGENCY, unit_path="zone.customs", role="customs_control"),
    "tax": Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer"),
    "finance": Actor(kind=AGENCY, unit_path="zone.finance", role="agency_officer"),
    "statistics' clerk": Actor(kind=AGENCY, unit_path="zone.statistics", role="agency_officer"),
    "bank": Actor(kind=ENTERPRISE, organisation=902, role="bank"), "office": Actor(kind=ZONE, unit_path="zone", role="zone_officer"),
    "leader": Actor(kind=ZONE, unit_path="zone", role="leader"), "auditor": Actor(kind=ZONE, unit_path="zone.audit", role="auditor"),
    "operator": Actor(kind=ZONE, unit_path="zone.eport", role="operator"),
}  # fmt: skip


@pytest.mark.parametrize("who", OTHERS)
def test_a_report_is_seen_by_the_firm_and_the_statisticians_alone(firms: None, who: str) -> None:
    reported(export_total="123456", export_9610="123456", orders="100")
    reported(export_total="123456.5", export_9610="123456.5", orders="100", reason="更正（合成）")
    for actor in (FIRM, STATISTICIAN):
        with scope(actor):
            assert len(api.reports()) == len(api.revised()) == 1
    with scope(OTHERS[who]), connection.cursor() as cursor:
        assert api.reports() == []
        cursor.execute(
            "SELECT (SELECT count(*) FROM statistics_report) + (SELECT count(*) FROM statistics_reportbefore)"
        )
        assert cursor.fetchone()[0] == 0 and api.revised() == []
        cursor.execute("UPDATE statistics_report SET note = 'x'")
        assert cursor.rowcount == 0
        cursor.execute(
            "SELECT count(*) FROM kernel_audit a WHERE a::text LIKE '%123456%' OR a::text LIKE '%更正（合成）%'"
        )
        assert cursor.fetchone()[0] == 0


def test_the_flood_has_no_grant_on_reports(db: None) -> None:
    with connection.cursor() as cursor:
        for table in ("statistics_report", "statistics_reportbefore"):
            cursor.execute("SELECT has_table_privilege('pz_flood', %s, 'SELECT')", [table])
            assert cursor.fetchone()[0] is False
