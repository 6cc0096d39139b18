"""Checking and taxing by HTTP answers what the command line answers, and takes no more than it can carry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from pilotzone.kernel.pace import Pace
from pilotzone.portal.api import bodies, callers, judging
from pilotzone.portal.api.tests.conftest import Firm
from pilotzone.portal.commands import check as check_verb
from pilotzone.portal.commands import tax as tax_verb

pytestmark = pytest.mark.django_db
SAMPLES = Path(check_verb.__file__).parents[2] / "exchange" / "formats" / "tests" / "samples"
ORDERS = [
    '{"id":"a","on":"2020-05-01","used_this_year":"0","items":[{"kind":"ordinary","qty":"1","unit_price":"425.00"}]}',
    '{"id":"b","on":"2020-05-01","items":[{"kind":"watch","qty":"1","unit_price":"26001"}]}',
    '{"id":"c","on":"2020-05-01","items":[{"hs":"9999999999","qty":"1","unit_price":"1"}]}',
    "not json",
]


def post(client: Client, seller: Firm, path: str, body: bytes, media: str = "application/xml", **headers: str):  # type: ignore[no-untyped-def]
    return client.post(f"/api/v1/{path}", body, content_type=media, headers={**seller.token, **headers})


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.xml"))[:4], ids=lambda path: path.stem)
@pytest.mark.parametrize("options", [{}, {"edition": "2022"}])
def test_a_message_is_judged_as_on_the_command_line(
    client: Client, seller: Firm, sample: Path, options: dict[str, str]
) -> None:
    arguments = [
        str(sample),
        "--json",
        "--on",
        "2021-05-01",
        *(part for k, v in options.items() for part in (f"--{k}", v)),
    ]
    printed = json.loads(CliRunner().invoke(check_verb.command, arguments).output)
    query = "&".join(f"{name}={value}" for name, value in {"on": "2021-05-01", **options}.items())
    told = post(client, seller, f"check?{query}", sample.read_bytes()).json()
    assert told | {"file": ""} == printed | {"file": ""}


@pytest.mark.parametrize(
    "raw", [b" ", b"<", b"\xff\xfe<", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\x00" * 100, b"<DxpMsg"]
)
def test_hostile_messages_are_findings_not_failures(client: Client, seller: Firm, raw: bytes) -> None:
    answer = post(client, seller, "check", raw)
    assert answer.status_code == 200
    assert not answer.json()["accepted"]
    assert answer.json()["errors"][0]["code"].startswith("format.")


@pytest.mark.parametrize("media", ["text/plain", "multipart/form-data; boundary=x", "application/json"])
def test_a_message_is_xml(client: Client, seller: Firm, media: str) -> None:
    answer = post(client, seller, "check", b"<a/>", media)
    assert (answer.status_code, answer.json()["code"]) == (415, "api.media_type")


def test_a_compressed_message_is_not_unpacked(client: Client, seller: Firm) -> None:
    assert post(client, seller, "check", b"<a/>", **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_huge_message_is_turned_away_announced_or_not(
    client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "limit", lambda name: 1000)
    assert post(client, seller, "check", b"x" * 2001).json()["code"] == "api.too_large"
    assert post(client, seller, "check", b"x" * 2000).status_code == 200
    monkeypatch.setattr(judging, "ORDERS_BYTES", 10)
    assert post(client, seller, "tax/import", b"x" * 11, "application/json").status_code == 413


def test_what_is_larger_than_announced_is_not_read_on(rf, seller: Firm) -> None:  # type: ignore[no-untyped-def]
    from pilotzone.base.errors import Refused

    request = rf.generic("POST", "/", b"x" * 200_000, content_type="application/xml")
    request.META["HTTP_CONTENT_LENGTH"] = request.META["CONTENT_LENGTH"] = ""
    request.auth = callers.NOBODY
    with pytest.raises(Refused, match="api.too_large"):
        bodies.read(request, media=("application/xml",), largest=100_000)


def test_large_messages_cost_more_of_the_callers_pace(
    client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PACE", Pace(most=12))
    monkeypatch.setattr(callers.time, "monotonic", lambda: 100.0)
    large = b"x" * (bodies.BYTES_A_UNIT * 5)
    assert [post(client, seller, "check", large).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("query", ["edition=2030", "on=2021-13-01", "editions=2018"])
def test_a_bad_question_is_named(client: Client, seller: Firm, query: str) -> None:
    assert post(client, seller, f"check?{query}", b"<a/>").status_code == 422


def test_orders_are_taxed_as_on_the_command_line(client: Client, seller: Firm) -> None:
    text = "\n".join(ORDERS) + "\n"
    printed = CliRunner().invoke(tax_verb.command, ["import", "--json"], input=text).output
    answer = post(client, seller, "tax/import", text.encode(), "application/x-ndjson")
    assert answer.headers["Content-Type"].startswith("application/x-ndjson")
    assert answer.content.decode() == printed
    assert [json.loads(line)["id"] for line in printed.splitlines()] == ["a", "b", "c", None]


def test_one_order_may_be_written_over_several_lines(client: Client, seller: Firm) -> None:
    pretty = json.dumps(json.loads(ORDERS[0]), indent=2).encode()
    answer = post(client, seller, "tax/import", pretty, "application/json; charset=utf-8")
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.json()["id"], answer.json()["total"]) == ("a", "38.68")


def test_too_many_orders_at_once_are_turned_away(client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "ORDERS_LINES", 2)
    answer = post(client, seller, "tax/import", b"{}\n{}\n\n{}\n", "application/x-ndjson")
    assert (answer.status_code, answer.json()["code"]) == (413, "api.too_large")


def test_orders_are_utf8(client: Client, seller: Firm) -> None:
    answer = post(client, seller, "tax/import", "订单".encode("gb18030"), "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "api.bad_request")
