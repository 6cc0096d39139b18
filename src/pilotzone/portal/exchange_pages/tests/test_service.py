"""What a resource promises beside what was measured, and its versions: counted right, shown to everybody, unfolded to who may see."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from pilotzone.base.errors import Refused
from pilotzone.exchange.catalogue import measures, reading
from pilotzone.exchange.catalogue.measures import Service
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import agreements, asking, rows, uses
from pilotzone.exchange.tests.hub import FIRM, PERSONS, TAX, answering, granted, wanted
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages import lately
from pilotzone.reference.tables import SHIPPED
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
LIST = "customs.list_status"  # promises 99.5 % and 500 ms


def asked(took_ms: int | None, outcome: str = "answered", *, days_ago: int = 0, way: str = "query") -> None:
    """A query of the tax office as the hub notes it."""
    with scope(PLATFORM):
        rows.run(
            "INSERT INTO exchange_hub_use (at, day, resource, owner, consumer, outcome, way, took_ms)"
            " VALUES (pz_now(), %s, %s, 'zone.customs', 'zone.tax', %s, %s, %s)",
            (clock.today() - datetime.timedelta(days=days_ago), LIST, outcome, way, took_ms),
        )


def lights() -> tuple[str, str]:
    return measures.kept(reading.resource(LIST), uses.served(LIST))


def test_nothing_asked_is_neither_kept_nor_broken(signed_in: SignedIn) -> None:
    assert uses.served(LIST) == Service() and lights() == ("", "")
    page = Client().get(f"/catalogue/{LIST}/").content.decode()
    assert page.count("尚无记录") == 2 and "≤ 500 ms" in page and "首次发布" in page


def test_the_promise_is_held_against_thirty_days_of_queries(signed_in: SignedIn) -> None:
    for took in [*range(100, 119), 900]:
        asked(took)
    for old in (30, 400):
        asked(5_000, days_ago=old)
    asked(9_000, way="message")
    asked(None, "hub.no_grant")
    assert uses.served(LIST) == Service(answered=20, failed=0, timed=20, p95_ms=118) and lights() == ("green", "green")
    asked(900)
    assert (uses.served(LIST).p95_ms, lights()) == (900, ("green", "red"))
    asked(None, "hub.owner_away")
    told = uses.served(LIST)
    assert (told.answered, told.failed, str(told.availability), lights()) == (21, 1, "95.45", ("red", "red"))


def test_the_public_page_counts_a_resource_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for it, and it reads thirty days of queries."""
    counted, now, count = list[str](), [1000.0], uses.served
    monkeypatch.setattr(uses, "served", lambda code: counted.append(code) or count(code))
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    page, where = f"/catalogue/{LIST}/", f"/exchange/service/{LIST}/"
    asked(100)
    for _ in range(3):
        assert "100 ms" in Client().get(page).content.decode()
    assert counted == [LIST]
    asked(300)
    assert "300 ms" in signed_in("tax_officer", "tax").get(where).content.decode(), (
        "beside its queries it is counted anew"
    )
    assert "300 ms" in Client().get(page).content.decode() and len(counted) == 2
    asked(400)
    now[0] += 59
    assert "400 ms" not in Client().get(page).content.decode()
    now[0] += 2
    assert "400 ms" in Client().get(page).content.decode() and len(counted) == 3
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + datetime.timedelta(days=31))
    assert "400 ms" not in Client().get(page).content.decode(), "another day of the zone"


def test_the_catalogue_counts_what_was_used_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """List, export and every resource's page rest on one count, which reads a year of queries."""
    counted, now, count = list[int](), [1000.0], uses.measured
    monkeypatch.setattr(uses, "measured", lambda: counted.append(1) or count())
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    asked(100)
    for where in (
        "/catalogue/",
        f"/catalogue/{LIST}/",
        "/catalogue/post.items/",
        "/catalogue/export.csv",
        "/catalogue/",
    ):
        assert Client().get(where).status_code == 200
    assert len(counted) == 1
    now[0] += 59
    Client().get("/catalogue/")
    assert len(counted) == 1
    assert signed_in("tax_officer", "tax").get("/exchange/quality/").status_code == 200
    assert len(counted) == 2, "departments judge by what is counted now"
    now[0] += 61
    Client().get("/catalogue/")
    assert len(counted) == 3


def test_who_asks_while_another_counts_reads_what_was_counted_before(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, inside = [1000.0], list[dict[str, Any]]()
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    monkeypatch.setattr(uses, "measured", lambda: {"before": measures.UNUSED})
    assert set(lately.measured()) == {"before"}
    now[0] += 61
    monkeypatch.setattr(uses, "measured", lambda: inside.append(lately.measured()) or {"after": measures.UNUSED})
    assert set(lately.measured()) == {"after"} and [set(one) for one in inside] == [{"before"}]


def test_an_answered_query_says_how_long_it_took(signed_in: SignedIn) -> None:
    answering()
    number = granted()
    with scope(TAX):
        asking.ask(asking.Question(PERSONS, number, {"uscc": FIRM}))
        (line,) = uses.queries(PERSONS)
    assert 0 <= line["took_ms"] < 60_000
    assert uses.served(PERSONS).timed == 1


def test_the_lights_unfold_to_the_queries_for_those_who_take_part(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "STEP", 1)
    asked(120)
    asked(700)
    asked(None, "hub.owner_away")
    page, where = f"/catalogue/{LIST}/", f"/exchange/service/{LIST}/"
    open_to_all = Client().get(page).content.decode()
    assert "66.66%" in open_to_all and "700 ms" in open_to_all and open_to_all.count("未达承诺") == 2
    assert where not in open_to_all and Client().get(where).status_code in (302, 403)
    tax, safe = signed_in("tax_officer", "tax"), signed_in("safe_officer", "safe")
    assert where in tax.get(page).content.decode()
    told = tax.get(where).content.decode()
    assert "700" in told and "120" in told and "hub.owner_away" in told
    assert "hub.owner_away" not in tax.get(where, {"outcome": "answered"}).content.decode()
    with scope(PLATFORM):
        times = [moment(one["at"]) for one in uses.queries(LIST)]
    lines = tax.get(f"{where}export.csv").getvalue().decode().splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == times, "the time of the page: Shanghai's, to the second"
    failed = tax.get(f"{where}export.csv", {"outcome": "failed"}).getvalue().decode().splitlines()
    assert len(failed) == 2 and "提供方未应答" in failed[1]
    assert len(tax.get(f"{where}export.csv").getvalue().decode().splitlines()) == 4
    other = safe.get(where).content.decode()
    assert "近30日没有本单位可见的查询" in other and "66.66%" in other
    assert tax.get("/exchange/service/no.such/").status_code == 404
    assert len(safe.get(f"{where}export.csv").getvalue().decode().splitlines()) == 1


def entry(**changed: Any) -> dict[str, Any]:
    whole = yaml.safe_load((SHIPPED / "catalogue" / "customs.yaml").read_text("utf-8"))
    found: dict[str, Any] = next(one for one in whole["resources"] if one["code"] == LIST)
    return {**found, **changed}


def text(row: dict[str, Any], since: str = "2021-03-01") -> str:
    head = {"owner": "zone.customs", "tag": "P", "from": datetime.date.fromisoformat(since)}
    return yaml.safe_dump({**head, "resources": [row]}, allow_unicode=True)


def test_a_zones_own_version_stands_before_the_shipped_one_with_what_it_changed(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    fields = [
        *entry()["fields"][:-1],
        {"name": "office", "zh": "关区", "en": "office", "type": "code", "class": "public"},
    ]
    fields[2] = {**fields[2], "class": "internal"}
    own = entry(version="2", fields=fields, cycle_days=2, sample=[*entry()["sample"][:-1], "4000"])
    (tmp_path / "catalogue" / "own.yaml").write_text(text(own), "utf-8")
    found = reading.build(tmp_path)[LIST]
    assert [(one.version, one.since.isoformat()) for one in found.history] == [("2", "2021-03-01"), ("1", "2020-01-01")]
    assert found.history[0].zh == (
        "字段监管方式（mode）由公开改为内部；新增字段关区（office）；取消字段订购人证件号码（buyer_id）；更新周期由1天改为2天"
    )
    assert not re.search("[一-鿿]", found.history[0].en)
    (tmp_path / "catalogue" / "own.yaml").write_text(text(entry(zh="清单状态")), "utf-8")
    assert len(reading.build(tmp_path)[LIST].history) == 1, "the same version corrected is no new one"


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"key": "state"}, "查询字段由list_no改为state", "queried by state, not list_no"),
        ({"concerns": ""}, "所涉企业字段由uscc改为无", "the firm concerned named by none, not uscc"),
        ({"basis": "国发〔2016〕51号第九条"}, "共享依据有调整", "basis of sharing changed"),
        ({"files": [{"address": "/x/y.csv", "type": "text/csv"}]}, "可下载文件有调整", "files changed"),
        ({"abstract_zh": "另一说明"}, "说明文字有调整", "descriptions changed"),
    ],
)
def test_what_a_version_changed_is_named_by_what_it_is(
    tmp_path: Path, changed: dict[str, Any], zh: str, en: str
) -> None:
    told = built(tmp_path, text(entry(version="2", **changed))).history[0]
    assert (told.zh, told.en) == (zh, en)


def test_a_field_of_another_type_or_name_and_another_owner_are_named(tmp_path: Path) -> None:
    fields = entry()["fields"]
    first = {**fields[0], "type": "code", "zh": "单号"}
    written = text(entry(version="2", fields=[first, *fields[1:]])).replace("owner: zone.customs", "owner: zone.tax")
    told = built(tmp_path, written).history[0]
    name, was = fields[0]["name"], fields[0]
    assert told.zh == (
        f"字段{was['zh']}（{name}）类型由{was['type']}改为code；字段{was['zh']}（{name}）改称单号；提供部门由zone.customs改为zone.tax"
    )
    assert (
        told.en
        == f"field {was['en']} ({name}) from type {was['type']} to code; field {was['en']} ({name}) now called {first['en']}; owner zone.tax, not zone.customs"
    )


def test_a_version_of_a_coming_day_takes_the_place_on_that_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = {**entry(code="customs.coming"), "version": "1"}
    coming = yaml.safe_load(text(entry(version="2", cycle_days=2)))
    coming["resources"].append(new)
    found = dict(reading.build(None))
    built(tmp_path, yaml.safe_dump(coming, allow_unicode=True))
    kept = reading._table.peek()
    reading._table.put(reading.build(tmp_path))
    try:
        monkeypatch.setattr(clock, "today", lambda: datetime.date(2021, 2, 28))
        assert reading.resource(LIST) == found[LIST] and reading.resources() == found
        monkeypatch.setattr(clock, "today", lambda: datetime.date(2021, 3, 1))
        assert reading.resource(LIST).version == "2" and set(reading.resources()) == {*found, "customs.coming"}
    finally:
        reading._table.put(kept)


@pytest.fixture
def announced(tmp_path: Path, firms: dict[str, Any]) -> Iterator[datetime.date]:
    """The owner announces version 2 of the persons, without their telephone, for twenty days from now."""
    since = clock.today() + datetime.timedelta(days=20)
    found = reading.resource(PERSONS)
    whole = yaml.safe_load((SHIPPED / "catalogue" / "samr.yaml").read_text("utf-8"))
    row: dict[str, Any] = next(one for one in whole["resources"] if one["code"] == PERSONS)
    kept = [number for number, one in enumerate(row["fields"]) if one["name"] != "phone"]
    row |= {"version": "2", "fields": [row["fields"][n] for n in kept], "sample": [row["sample"][n] for n in kept]}
    head = {"owner": found.owner, "tag": "P", "from": since, "resources": [row]}
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "own.yaml").write_text(yaml.safe_dump(head, allow_unicode=True), "utf-8")
    before = reading._table.peek()
    reading._table.put(reading.build(tmp_path))
    yield since
    reading._table.put(before)


def test_an_announced_version_is_told_to_everybody(announced: datetime.date) -> None:
    page = Client().get(f"/catalogue/{PERSONS}/").content.decode()
    assert "已预告，尚未启用" in page and announced.isoformat() in page and "取消字段" in page
    assert page.index("已预告") < page.index("现行") and "电话" in page.partition('id="versions"')[0], (
        "it counts from its day"
    )
    named = Client().get("/catalogue/", {"words": PERSONS}).content.decode()
    assert f"→ 2 ({announced})" in named.replace("&gt;", ">")
    told = {
        one["dct:identifier"]: one
        for one in json.loads(Client().get("/catalogue/catalogue.jsonld").content)["dcat:dataset"]
    }
    following = told[PERSONS]["adms:next"]
    assert following["dcat:version"] == "2" and following["dct:issued"]["@value"] == announced.isoformat()
    assert following["dcat:previousVersion"]["@id"] == told[PERSONS]["@id"] and "adms:next" not in told[LIST]


def test_running_agreements_say_what_an_announced_version_changes_for_them(
    announced: datetime.date, signed_in: SignedIn
) -> None:
    number, short = granted(), granted(until=announced - datetime.timedelta(days=1))
    browser = signed_in("tax_officer", "tax")
    page = browser.get(f"/exchange/requests/{number}/").content.decode()
    assert f"{announced}起启用版本2" in page and "届时取消的已授权字段：" in page
    assert "起启用版本" not in browser.get(f"/exchange/requests/{short}/").content.decode(), "it ends before"
    assert browser.get("/exchange/requests/").content.decode().count(f"{announced}起启用版本2") == 1
    with scope(TAX):
        told = agreements.access_agreement(number)["coming"]
    assert told["fields"] == ["phone"] and told["version"] == "2" and told["since"] == announced
    with scope(TAX):
        waiting = agreements.apply(wanted())
        assert agreements.access_agreement(waiting)["coming"] is None, "not granted yet"


def built(folder: Path, written: str) -> Resource:
    """The list's entry where a zone has that file of its own."""
    (folder / "catalogue").mkdir()
    (folder / "catalogue" / "own.yaml").write_text(written, "utf-8")
    return reading.build(folder)[LIST]


def test_a_file_tells_its_versions_itself() -> None:
    newest = {"version": "2", "from": datetime.date(2021, 6, 1), "zh": "新增关区", "en": "office added"}
    first = {"version": "1", "from": datetime.date(2020, 1, 1), "zh": "首次发布", "en": "First published"}
    found = reading.read(text(entry(version="2", history=[newest, first])), name="own.yaml")[LIST]
    assert found.since.isoformat() == "2021-06-01" and [one.zh for one in found.history] == ["新增关区", "首次发布"]
    for wrong in ([first, newest], [newest, {**first, "version": "2"}], [newest, {**first, "from": "x"}], [],
                  [newest, {**first, "en": " "}], [{**newest, "version": "3"}]):  # fmt: skip
        with pytest.raises(Refused, match="history"):
            reading.read(text(entry(version="2", history=wrong)), name="own.yaml")
