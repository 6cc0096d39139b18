"""SDMX-JSON 2.0 by what its schemas ask of the parts written here: links, relationships, ids, values, places of observations.

The schemas (json.sdmx.org/2.0.0) are not in the repository. `SDMX_SCHEMAS` names a folder with the official files (`json/sdmx20`, `xml/sdmx21`):
data and structure messages of a release are then checked against them, and SDMX-ML against the XSD of 2.1.
"""

from __future__ import annotations

import json
import os
import re
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.tests.test_releases import counted, one_of, published

ID, NAME, PLACE = (
    re.compile(r"[A-Za-z0-9_@$-]+"),
    re.compile(r"[A-Za-z][A-Za-z0-9_-]*"),
    re.compile(r"[0-9]+(:[0-9]+)*"),
)
SCHEMAS = os.environ.get("SDMX_SCHEMAS", "")


@pytest.fixture
def release(db: None) -> str:
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    return "/statistics/2021-11/preliminary/sdmx"


@pytest.fixture
def message(release: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Client().get(f"{release}.json").content)
    return told


def faults(message: dict[str, Any]) -> list[str]:
    """What breaks a rule of the data message's schema."""
    told = []
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", message["meta"]["prepared"]):
        told.append("prepared: not a moment")
    (dataset,), (structure,) = message["data"]["dataSets"], message["data"]["structures"]
    told += [f"links: {one}" for one, part in (("dataset", dataset), ("structure", structure)) if not part.get("links")]
    dimensions, attributes = (structure[name]["observation"] for name in ("dimensions", "attributes"))
    told += [f"relationship: {one['id']}" for one in attributes if "relationship" not in one]
    told += [f"position: {one['id']}" for at, one in enumerate(dimensions) if one.get("keyPosition") != at]
    for one in (*dimensions, *attributes):
        if not NAME.fullmatch(one["id"]):
            told.append(f"id: {one['id']}")
        for value in one["values"]:
            if (
                ("value" in value) == ("id" in value)
                or not ID.fullmatch(value.get("id", "x"))
                or ("id" in value and "name" not in value)
            ):
                told.append(f"value: {one['id']} {value}")
    for place, observed in dataset["observations"].items():
        parts = place.split(":")
        if not PLACE.fullmatch(place) or len(parts) != len(dimensions) or len(observed) != 1 + len(attributes):
            told.append(f"place: {place}")
        elif any(int(part) >= len(one["values"]) for part, one in zip(parts, dimensions, strict=True)):
            told.append(f"beyond: {place}")
    return told


def test_the_data_message_keeps_the_rules_of_its_schema(message: dict[str, Any]) -> None:
    assert faults(message) == []
    places = [one["value"] for one in message["data"]["structures"][0]["dimensions"]["observation"][5]["values"]]
    assert any("." in one for one in places), "a place of the tree is told as it is"


@pytest.mark.parametrize("broken", ["links", "relationship", "value", "place", "prepared"])
def test_each_rule_can_fail(message: dict[str, Any], broken: str) -> None:
    wrong = deepcopy(message)
    structure, dataset = wrong["data"]["structures"][0], wrong["data"]["dataSets"][0]
    if broken == "links":
        del dataset["links"]
    elif broken == "relationship":
        del structure["attributes"]["observation"][0]["relationship"]
    elif broken == "value":
        structure["dimensions"]["observation"][5]["values"][0] = {"id": "zone.districts", "name": "x"}
    elif broken == "prepared":
        wrong["meta"]["prepared"] = "2021-12-20"
    else:
        dataset["observations"]["0:0"] = [1.0]
    assert [one.partition(":")[0] for one in faults(wrong)] == [broken]


@pytest.mark.skipif(not SCHEMAS, reason="SDMX_SCHEMAS names no folder with the official schemas")
def test_every_message_is_valid_by_the_official_schemas(release: str) -> None:
    import jsonschema_rs

    client = Client()
    for name, place in (("data", f"{release}.json"), ("structure", "/statistics/structure.json")):
        schema = json.loads((Path(SCHEMAS) / f"json/sdmx20/sdmx-json-{name}-schema.json").read_text(encoding="utf-8"))
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        checker = jsonschema_rs.validator_for(schema)
        assert [error.message for error in checker.iter_errors(json.loads(client.get(place).content))] == [], name
    rules = etree.XMLSchema(etree.parse(Path(SCHEMAS) / "xml/sdmx21/SDMXMessage.xsd"))
    for place in (f"{release}.xml", "/statistics/structure.xml"):
        rules.assertValid(etree.fromstring(client.get(place).content))
