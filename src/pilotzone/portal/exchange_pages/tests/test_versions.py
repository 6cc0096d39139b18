"""The versions of a resource: a zone's own entry before the shipped one, announced before its day, told to everybody it concerns."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from pilotzone.base.errors import Refused
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import agreements
from pilotzone.exchange.tests.hub import CHECKER, PERSONS, SAMR, TAX, granted, wanted
from pilotzone.kernel import clock
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages.tests.noted import LIST
from pilotzone.reference.tables import SHIPPED

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


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


@contextmanager
def announcing(folder: Path, gone: str, **changed: Any) -> Iterator[datetime.date]:
    """The owner announces version 2 of the persons, without a field, for twenty days from now."""
    since = clock.today() + datetime.timedelta(days=20)
    found = reading.resource(PERSONS)
    whole = yaml.safe_load((SHIPPED / "catalogue" / "samr.yaml").read_text("utf-8"))
    row: dict[str, Any] = next(one for one in whole["resources"] if one["code"] == PERSONS)
    kept = [number for number, one in enumerate(row["fields"]) if one["name"] != gone]
    row |= {"version": "2", "fields": [row["fields"][n] for n in kept], "sample": [row["sample"][n] for n in kept]}
    head = {"owner": found.owner, "tag": "P", "from": since, "resources": [row | changed]}
    (folder / "catalogue").mkdir()
    (folder / "catalogue" / "own.yaml").write_text(yaml.safe_dump(head, allow_unicode=True), "utf-8")
    before = reading._table.peek()
    reading._table.put(reading.build(folder))
    try:
        yield since
    finally:
        reading._table.put(before)


@pytest.fixture
def announced(tmp_path: Path, firms: dict[str, Any]) -> Iterator[datetime.date]:
    with announcing(tmp_path, "phone") as since:
        yield since


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
    assert following["@id"] == f"{told[PERSONS]['@id']}#2", (
        "harvesters take no dataset without a name, title and description"
    )
    assert following["dct:title"] == told[PERSONS]["dct:title"] and following["dct:description"][0]["@value"]
    assert following["dcat:version"] == "2" and following["dct:issued"]["@value"] == announced.isoformat()
    assert following["dcat:previousVersion"]["@id"] == told[PERSONS]["@id"] and "adms:next" not in told[LIST]


def test_running_agreements_say_what_an_announced_version_changes_for_them(
    announced: datetime.date, signed_in: SignedIn
) -> None:
    number, short = granted(), granted(until=announced - datetime.timedelta(days=1))
    browser = signed_in("tax_officer", "tax")
    page = browser.get(f"/exchange/requests/{number}/").content.decode()
    assert f"{announced}起启用版本2" in page and f"自{announced}起取消字段联系电话（phone）" in page
    assert "起启用版本" not in browser.get(f"/exchange/requests/{short}/").content.decode(), "it ends before"
    assert browser.get("/exchange/requests/").content.decode().count(f"{announced}起启用版本2") == 1
    with scope(TAX):
        told = agreements.access_agreement(number)["coming"]
    assert told["fields"] == ["phone"] and told["version"] == "2" and told["since"] == announced


def test_who_applied_checks_and_decides_reads_what_it_means_for_an_application(
    tmp_path: Path, firms: dict[str, Any], signed_in: SignedIn
) -> None:
    basis = "中华人民共和国数据安全法第二十一条"
    with announcing(tmp_path, "address", sharing="refused", basis=basis, concerns="") as since:
        with scope(TAX):
            number = agreements.apply(wanted(rows={"address": ["江西省南昌市演示大道1号样例楼"]}))
        where = f"/exchange/requests/{number}/"
        told = (
            f"自{since}起该资源不予共享（{basis}）",
            f"自{since}起取消行过滤所用字段住所（address）",
            "所涉企业字段由",
        )
        for role, unit in (("tax_officer", "tax"), ("operator", "eport")):
            page = signed_in(role, unit).get(where).content.decode()
            assert all(sentence in page for sentence in told), role
            assert f"data/catalogue {PERSONS} 2 ({since})" in page
        with scope(CHECKER):
            agreements.check(number, passes=True)
        owner = signed_in("agency_officer", "samr")
        assert all(sentence in owner.get(where).content.decode() for sentence in told)
        owner.cookies["django_language"] = "en"
        english = owner.get(where).content.decode()
        assert f"Not shared from {since} ({basis})" in english and "What it means for this agreement" in english
        (line,) = signed_in("tax_officer", "tax").get("/api/v1/exchange/agreements").json()["agreements"]
        assert line["coming"]["since"] == since.isoformat() and line["coming"]["fields"] == []
        assert [(one["code"], one["fields"]) for one in line["coming"]["changes"]] == [
            ("hub.coming_refused", []), ("hub.coming_rows", ["address"]), ("hub.coming_concerns", ["uscc"]),
        ]  # fmt: skip
        with scope(SAMR):
            agreements.decide(number, grants=False, reason="届时不予共享")
            assert agreements.access_agreement(number)["coming"] is None, "declined: nothing is to be expected"


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


def test_a_second_version_announced_leaves_the_first_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of a zone's own may tell a code once a day: in force the latest begun, announced the next."""
    (tmp_path / "catalogue").mkdir()
    own = "customs.own"
    for name, since, days in (("a", "2021-06-01", 3), ("b", "2021-03-01", 2), ("c", "2021-09-01", 4)):
        whole = yaml.safe_load(text(entry(version=str(days), cycle_days=days), since))
        whole["resources"].append(entry(code=own, version=str(days), cycle_days=days))
        (tmp_path / "catalogue" / f"{name}.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    kept = reading._table.peek()
    reading._table.put(reading.build(tmp_path))
    try:
        for day, now, following in (("2021-02-28", "1", "2"), ("2021-03-01", "2", "3"), ("2021-05-31", "2", "3"),
                                    ("2021-06-01", "3", "4"), ("2021-09-01", "4", "")):  # fmt: skip
            monkeypatch.setattr(clock, "today", lambda day=day: datetime.date.fromisoformat(day))
            assert reading.resource(LIST).version == now, day
            assert (reading.resources()[own].version if own in reading.resources() else "1") == now, day
            for code in (LIST, own):
                assert (reading.coming()[code].version if code in reading.coming() else "") == following, day
        assert [one.version for one in reading.resource(LIST).history] == ["4", "3", "2", "1"]
        assert reading.resource(LIST).history[0].zh == "更新周期由3天改为4天"
        assert [one.version for one in reading.written() if one.code == own] == ["4", "3", "2"]
    finally:
        reading._table.put(kept)
    (tmp_path / "catalogue" / "d.yaml").write_text(text(entry(version="9"), "2021-06-01"), "utf-8")
    with pytest.raises(Refused, match="2021-06-01"):
        reading.build(tmp_path)
