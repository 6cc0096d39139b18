"""Reference data by its day: both sides of a change, gaps with their names, schemas that judge."""

from __future__ import annotations

import datetime
from dataclasses import asdict

import pytest
from django.test import Client
from lxml import etree

from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.xsd import SIGNATURE_SCHEMA
from pilotzone.portal.api.shapes.reference import CodesOut, GoodsOut, RateOut
from pilotzone.reference import codes, goods, rates

pytestmark = pytest.mark.django_db


def get(client: Client, path: str) -> tuple[int, dict[str, object]]:
    answer = client.get(f"/api/v1/{path}")
    return answer.status_code, answer.json()


@pytest.mark.parametrize(("day", "value"), [("2019-03-31", "0.16"), ("2019-04-01", "0.13")])
def test_a_rate_says_its_day_document_and_tag(client: Client, day: str, value: str) -> None:
    status, told = get(client, f"reference/rates/vat.standard?on={day}")
    assert (status, told["value"], told["on"]) == (200, value, day)
    assert told["document"] and told["tag"] in "ABCP" and told["zh"] and told["en"]
    assert told["valid_from"] <= day and (told["valid_to"] is None or told["valid_to"] >= day)  # type: ignore[operator]


def test_every_rate_code_list_and_tariff_number_can_be_told() -> None:
    """No value of the shipped data breaks the shape that describes it."""
    day = datetime.date(2022, 6, 1)
    for one in rates.rates_on("", on=day):
        RateOut.model_validate({**asdict(one), "on": day, "zh": "x", "en": "x"})
    for item in goods.known_goods(on=day):
        GoodsOut.model_validate({**asdict(item), "on": day})
    for name in codes.list_names():
        rows = [asdict(entry) for entry in codes.entries(name, on=day)]
        CodesOut.model_validate({**asdict(codes.manifest(name)), "on": day, "entries": rows})


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("reference/rates/no.such.key?on=2021-01-01", "reference.missing"),
        ("reference/rates/vat.standard?on=1900-01-01", "reference.not_yet"),
        ("reference/codes/no_such_list", "reference.missing"),
        ("reference/goods/9999999999?on=2021-01-01", "reference.hs_unknown"),
        ("reference/goods/x", "reference.hs_unknown"),
        ("schema/CEB999Message", "format.unknown_message"),
        ("schema/CEB213Message?edition=2018", "format.not_in_edition"),
    ],
)
def test_what_is_missing_is_a_named_gap(client: Client, path: str, code: str) -> None:
    status, told = get(client, path)
    assert (status, told["code"]) == (404, code)
    assert told["zh"] and told["en"] and told["source"]


@pytest.mark.parametrize(
    "on", ["2021-13-01", "20210101", "0", "1609459200", "2021-1-1", "", "2021-01-01T00", "２０２１-01-01"]
)
def test_a_day_is_a_day_and_nothing_else(client: Client, on: str) -> None:
    status, told = get(client, f"reference/rates/vat.standard?on={on}")
    assert (status, told["code"]) == (422, "api.input")
    assert list(told["fields"]) == ["on"]  # type: ignore[call-overload]


def test_a_misspelt_parameter_is_refused_instead_of_answering_for_today(client: Client) -> None:
    status, told = get(client, "reference/rates/vat.standard?day=2018-01-01")
    assert (status, told["fields"]) == (422, {"day": "unknown parameter"})


@pytest.mark.parametrize("path", ["reference/codes/%00", "reference/rates/%0a", "reference/goods/%00", "schema/%00"])
def test_hostile_names_are_refused(client: Client, path: str) -> None:
    assert get(client, path)[0] == 422


def test_a_code_list_says_where_it_comes_from(client: Client) -> None:
    _, told = get(client, "reference/codes/currency?on=2021-01-01")
    assert told["source"] and told["edition"] and told["tag"] in "ABCP"
    assert {"142", "502"} <= {one["code"] for one in told["entries"]}  # type: ignore[attr-defined]


def test_goods_change_with_the_positive_list(client: Client) -> None:
    _, told = get(client, "reference/goods/2204.21.0000?on=2021-01-01")
    assert told["hs"] == "2204210000" and told["ct_class"] == "wine" and told["valid_to"] == "2022-02-28"
    assert get(client, "reference/goods/2204210000?on=2022-03-01")[1]["valid_from"] == "2022-03-01"


def test_an_unknown_edition_is_refused(client: Client) -> None:
    status, told = get(client, "schema/CEB311Message?edition=2030")
    assert (status, told["code"]) == (422, "format.unknown_edition")


@pytest.mark.parametrize("name", ["CEB311Message", "621", "CEB816Message"])
def test_a_schema_compiles_with_the_one_beside_it(client: Client, name: str) -> None:
    class Beside(etree.Resolver):
        def resolve(self, address: str, pubid: object, context: object) -> object:
            if not address.endswith(SIGNATURE_SCHEMA.name):
                return None
            return self.resolve_string(client.get(f"/api/v1/schema/{SIGNATURE_SCHEMA.name}").content, context)

    parser = etree.XMLParser()
    parser.resolvers.add(Beside())
    answer = client.get(f"/api/v1/schema/{name}")
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert etree.XMLSchema(etree.fromstring(answer.content, parser)) is not None


def test_every_message_has_its_schema(client: Client) -> None:
    assert [name for name in message_names() if client.get(f"/api/v1/schema/{name}").status_code != 200] == []
