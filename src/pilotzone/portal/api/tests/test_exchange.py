"""The exchange through its API: who a system is, what it gets, what is refused with which status, and what stays of it."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pilotzone.exchange.hub import clients, log, rows
from pilotzone.exchange.hub.clients import Signed, to_sign
from pilotzone.exchange.signing import DemoAuthority
from pilotzone.exchange.tests.hub import CHECKER, FIRM, PERSONS, answering, granted
from pilotzone.exchange.tests.test_hub_asking import event
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.shapes.hub import BatchOut
from pilotzone.portal.api.tests.conftest import Firm

pytestmark = pytest.mark.django_db
QUERY = f"/api/v1/exchange/query/{PERSONS}"


def token(unit: str, certificate: str = "") -> dict[str, str]:
    with scope(CHECKER):
        return {"Authorization": f"Bearer {clients.issue(unit=unit, label='test', certificate=certificate)}"}


@pytest.fixture
def tax() -> dict[str, str]:
    return token("zone.tax")


@pytest.fixture
def samr() -> dict[str, str]:
    return token("zone.samr")


def post(client: Client, path: str, told: Mapping[str, Any], headers: dict[str, str]) -> Any:
    return client.post(path, json.dumps(told), content_type="application/json", headers=headers)


def test_a_system_asks_within_its_agreement_and_is_told_its_pace(client: Client, tax: dict[str, str]) -> None:
    answering()
    number = granted(whole=("phone",))
    answer = post(client, QUERY, {"agreement": number, "where": {"uscc": FIRM}}, tax)
    told = answer.json()
    assert answer.status_code == 200, told
    assert told["rows"] == [{"uscc": FIRM, "name": "（合成）甲", "person": "赵**", "phone": "10000000001"}]
    assert answer["RateLimit-Limit"] == "300" and int(answer["RateLimit-Remaining"]) < 300
    (line,) = client.get("/api/v1/exchange/uses", headers=tax).json()["uses"]
    assert line["outcome"] == "answered" and line["rows"] == 1


def nothing_done() -> bool:
    """No row was handed out, no message kept, no use written."""
    with scope(PLATFORM):
        return not any(rows.every(f"SELECT 1 FROM {table}") for table in ("exchange_hub_message", "exchange_hub_use"))


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"where": {"uscc": FIRM}}, 403, "hub.no_grant"),
        ({"agreement": 1, "where": {"uscc": FIRM}, "fields": ["document"]}, 403, "hub.field_not_granted"),
        ({"agreement": 1, "where": {"uscc": FIRM}, "fields": ["nothing"]}, 422, "hub.field_unknown"),
        ({"agreement": 1}, 422, "hub.key"),
    ],
)
def test_a_refusal_has_its_status_and_stays_in_the_log(
    client: Client, tax: dict[str, str], told: dict[str, Any], status: int, code: str
) -> None:
    answering()
    number = granted()
    answer = post(client, QUERY, told | ({"agreement": number} if "agreement" in told else {}), tax)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"].startswith("application/problem+json") and answer["RateLimit-Limit"]
    with scope(PLATFORM):
        log.chain_up()
        assert json.loads(log.entries(limit=1)[0]["entry"])["code"] == code


def test_a_revoked_token_and_an_unknown_one_are_refused_and_logged(
    client: Client, tax: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with scope(CHECKER):
        clients.revoke(clients.clients()[0]["id"])
    with caplog.at_level("WARNING", "pilotzone.api"):
        assert post(client, QUERY, {}, tax).json()["code"] == "hub.revoked"
        assert post(client, QUERY, {}, {"Authorization": "Bearer pzd_nothing"}).json()["code"] == "hub.token"
    assert [one.getMessage() for one in caplog.records if one.name == "pilotzone.api"] == [
        f"api.refused hub.{word} POST {QUERY}" for word in ("revoked", "token")
    ]
    assert nothing_done()


def test_a_firm_is_no_department(client: Client, seller: Firm) -> None:
    answer = post(client, QUERY, {"where": {"uscc": FIRM}}, seller.token)
    assert (answer.status_code, answer.json()["code"]) == (403, "hub.department")


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_a_certificate_must_sign_each_request_and_within_five_minutes(
    client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    issued = DemoAuthority(tmp_path, at=clock.wall()).issue("3601000001", "合成税务系统", kind, at=clock.wall())
    signer, certificate = issued.signer(), issued.certificate.read_bytes()
    headers = token("zone.tax", certificate.decode())
    answering()
    body = json.dumps({"agreement": granted(), "where": {"uscc": FIRM}}).encode()

    def signed(at: datetime.datetime, content: bytes) -> dict[str, str]:
        what = Signed("POST", QUERY, at.isoformat(), "", "", content)
        return headers | {"Hub-Time": what.time, "Hub-Signature": base64.b64encode(signer.sign(to_sign(what))).decode()}

    def code(extra: dict[str, str]) -> str:
        return str(client.post(QUERY, body, content_type="application/json", headers=extra).json().get("code", ""))

    with caplog.at_level("WARNING", "pilotzone.api"):
        assert code(headers) == "hub.signature"
        assert code(signed(clock.wall(), body + b" ")) == "hub.signature"
        assert code(signed(clock.wall() - datetime.timedelta(minutes=6), body)) == "hub.clock_skew"
    assert [one.getMessage().split()[1] for one in caplog.records if one.name == "pilotzone.api"] == [
        "hub.signature", "hub.signature", "hub.clock_skew",
    ]  # fmt: skip
    assert nothing_done()
    assert code(signed(clock.wall(), body)) == ""


def test_a_certificate_that_has_ended_signs_nothing_any_more(client: Client, tmp_path: Path) -> None:
    before = clock.wall() - datetime.timedelta(days=3660)
    issued = DemoAuthority(tmp_path, at=before).issue("3601000001", "合成税务系统", "rsa", at=before)
    headers, body = token("zone.tax", issued.certificate.read_text()), b"{}"
    assert issued.signer().certificate.not_after < clock.wall()
    what = Signed("POST", QUERY, clock.wall().isoformat(), "", "", body)
    extra = {"Hub-Time": what.time, "Hub-Signature": base64.b64encode(issued.signer().sign(to_sign(what))).decode()}
    answer = client.post(QUERY, body, content_type="application/json", headers=headers | extra)
    assert (answer.status_code, answer.json()["code"]) == (403, "hub.revoked")
    assert nothing_done()


def test_the_same_request_with_its_key_is_answered_alike_and_counted_once(client: Client, tax: dict[str, str]) -> None:
    answering()
    told = {"agreement": granted(), "where": {"uscc": FIRM}}
    first, again = (post(client, QUERY, told, tax | {"Idempotency-Key": "k1"}).json() for _ in range(2))
    assert first == again and len(client.get("/api/v1/exchange/uses", headers=tax).json()["uses"]) == 1
    other = post(client, QUERY, told | {"fields": ["name"]}, tax | {"Idempotency-Key": "k1"})
    assert other.json()["code"] == "hub.idempotency"


def test_messages_are_sent_fetched_and_acknowledged(client: Client, tax: dict[str, str], samr: dict[str, str]) -> None:
    number, where = granted(), "/api/v1/exchange/messages"

    def send(body: bytes, media: str = "application/cloudevents+json", **extra: str) -> Any:
        return client.post(where, body, content_type=media, headers=samr | extra)

    assert send(event("1", agreement=number)).status_code == 200
    assert send(event("1", agreement=number)).json()["code"] == "hub.replayed"
    assert (
        send(event("2", agreement=number), "application/cloudevents+json; charset=gb18030").json()["code"]
        == "hub.charset"
    )
    assert send("中".encode("gb18030")).json()["code"] == "hub.charset"
    assert send(event("3", agreement=number), "text/plain").status_code == 415
    assert send(b"x" * 50_000_000).status_code == 413
    with scope(PLATFORM):
        log.chain_up()
        written = [json.loads(one["entry"]).get("code") for one in log.entries(limit=5)]
    assert written == ["api.too_large", "api.media_type", "hub.charset", "hub.charset", "hub.replayed"]
    (one,) = client.get(where, headers=tax).json()["messages"]
    assert one["event"]["type"] == PERSONS and one["event"]["specversion"] == "1.0"
    assert post(client, f"{where}/taken", {"ids": [one["id"]]}, tax).json() == {"count": 1}
    assert client.get(where, headers=tax).json() == {"messages": []}


def test_a_batch_is_answered_event_by_event(client: Client, tax: dict[str, str], samr: dict[str, str]) -> None:
    number, path = granted(), "/api/v1/exchange/messages/batch"
    body = b"[%s,%s]" % (event("1", agreement=number), event("2", agreement=10**9))
    told = client.post(path, body, content_type="application/cloudevents-batch+json", headers=samr)
    assert told.status_code == 200, told.content
    first, second = told.json()["results"]
    assert BatchOut.model_validate(told.json()).model_dump() == told.json() and "RateLimit-Remaining" in told
    assert first["id"] and not first["repeated"] and second["code"] == "hub.no_grant" and second["zh"]
    (got,) = client.get("/api/v1/exchange/messages", headers=tax).json()["messages"]
    assert (got["id"], got["event"]["id"]) == (first["id"], "1")
    again = client.post(path, body, content_type="application/cloudevents-batch+json", headers=samr).json()["results"][
        0
    ]
    assert again["repeated"] and again["id"] == first["id"]
    assert client.post(path, body, content_type="application/json", headers=samr).status_code == 415
    assert (
        client.post(path, b"[]", content_type="application/cloudevents-batch+json", headers=samr).json()["code"]
        == "hub.envelope"
    )


def test_the_zones_own_rooms_answer_for_at_least_four_resources(client: Client, tax: dict[str, str]) -> None:
    told = client.get("/api/v1/exchange/catalogue", headers=tax).json()
    answers = {one["code"] for one in told["resources"] if one["answers"]}
    own = {"samr.enterprise_registration", "samr.filing_counts", "customs.released_totals", "customs.positive_list"}
    assert own <= answers and told["total"] >= 25
    for code in sorted(own):
        assert post(client, f"/api/v1/exchange/query/{code}", {}, tax).status_code == 200, code
    assert client.get("/api/v1/exchange/catalogue/dcat", headers=tax).json()["@type"] == "dcat:Catalog"


def test_a_day_is_reconciled(client: Client, tax: dict[str, str]) -> None:
    day = (clock.today() - datetime.timedelta(days=1)).isoformat()
    where = f"/api/v1/exchange/counts/{day}"
    (line,) = client.get(where, headers=tax).json()["lines"]
    assert post(client, where, line["ours"], tax).json() == {"agreed": True}
    assert post(client, f"/api/v1/exchange/counts/{clock.today()}", line["ours"], tax).json()["code"] == "hub.day"
    assert client.get("/api/v1/exchange/agreements", headers=tax).json() == {"agreements": []}
