"""What an announced version means for an agreement, by the table cases/announced.yaml, against the catalogue as shipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Refused
from pilotzone.exchange.catalogue import reading
from pilotzone.exchange.catalogue.shapes import Resource, Version
from pilotzone.exchange.hub import rights
from pilotzone.exchange.hub.announced import expected
from pilotzone.exchange.hub.rights import Right
from pilotzone.exchange.tests.hub import PERSONS
from pilotzone.reference.tables import SHIPPED

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "announced.yaml").read_text("utf-8"))
DAY = date(2021, 6, 1)
GRANTED = ("uscc", "name", "person", "phone")


@pytest.fixture(scope="module")
def shipped() -> Resource:
    return reading.read((SHIPPED / "catalogue" / "samr.yaml").read_text("utf-8"), name="samr.yaml")[PERSONS]


def following(one: Resource, gone: list[str], classes: dict[str, str], **changed: Any) -> Resource:
    fields = tuple(
        replace(each, klass=classes.get(each.name, each.klass)) for each in one.fields if each.name not in gone
    )
    newest = Version("2", DAY, "调整", "changed")
    return replace(one, version="2", since=DAY, fields=fields, history=(newest, *one.history), **changed)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_each_consequence_is_told_with_its_fields_and_source(case: dict[str, Any], shipped: Resource) -> None:
    now = replace(shipped, **case.get("now", {}))
    coming = following(shipped, case.get("gone", []), case.get("classes", {}), **case.get("coming", {}))
    fields = case.get("fields", GRANTED)
    told = expected(now, coming, fields=fields, whole=case.get("whole", []), filters=case.get("filters", []), until=DAY)
    assert told is not None and (told["version"], told["since"], told["zh"]) == ("2", DAY, "调整")
    wanted = {f"hub.coming_{code}": names for code, names in case["told"].items()}
    assert {one["code"]: one["fields"] for one in told["changes"]} == wanted
    assert [one["code"] for one in told["changes"]] == list(wanted), "the gravest first"
    assert {one["source"] for one in told["changes"]} <= {f"data/catalogue {PERSONS} 2 (2021-06-01)"}
    assert case.get("zh", "") in "".join(one["zh"] for one in told["changes"])
    assert case.get("en", "") in "".join(one["en"] for one in told["changes"])
    assert told["fields"] == [name for name in fields if name in case.get("gone", [])]


def test_a_version_after_its_last_day_and_none_at_all_are_not_told(shipped: Resource) -> None:
    coming = following(shipped, ["phone"], {})
    for version, until in ((coming, DAY - timedelta(days=1)), (None, DAY)):
        assert expected(shipped, version, fields=GRANTED, whole=[], filters=[], until=until) is None


def test_a_resource_that_is_not_in_force_is_judged_by_what_it_will_be(shipped: Resource) -> None:
    told = expected(None, following(shipped, ["phone"], {}), fields=GRANTED, whole=[], filters=[], until=DAY)
    assert told is not None
    (only,) = told["changes"]
    assert (only["code"], only["fields"]) == ("hub.coming_fields", ["phone"]) and "取消字段phone：" in only["zh"]


def test_what_is_told_is_what_a_question_meets_from_that_day(shipped: Resource) -> None:
    right = Right(1, frozenset(GRANTED))

    def asked(coming: Resource, *fields: str) -> tuple[str, ...] | str:
        try:
            return rights.judge(coming, right, fields, day=DAY, used=0)
        except Refused as told:
            return told.code

    without = following(shipped, ["phone"], {})
    assert (asked(without, "phone"), asked(without)) == ("hub.field_unknown", ("uscc", "name", "person"))
    important = following(shipped, [], {"name": "important"})
    assert (asked(important), asked(important, "name")) == ("hub.important", "hub.important")
    assert asked(important, "uscc", "phone") == ("uscc", "phone")
    assert asked(following(shipped, [], {}, sharing="refused")) == "hub.not_shared"
    masked, row = following(shipped, [], {"name": "personal"}), {"name": "赵安邦"}
    assert rights.cut(shipped, right, ["name"], {}, [row]) == [row] != rights.cut(masked, right, ["name"], {}, [row])
