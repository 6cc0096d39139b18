"""A firm's subscriptions over the API: its own only, the secret told once, nothing half made."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import receipts
from pilotzone.exchange.channels import endpoint
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.webhooks import ledger, signature, subscriptions
from pilotzone.kernel import vault
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm, firm, sign_in

pytestmark = pytest.mark.django_db
URL = "https://8.8.8.8/in"
AT = datetime.datetime(2021, 11, 11, tzinfo=datetime.UTC)


def post(client: Client, one: Firm, path: str, content: Any) -> Any:
    return client.post(f"/api/v1/webhooks{path}", json.dumps(content), "application/json", headers=one.token)


@pytest.fixture
def made(client: Client, seller: Firm) -> dict[str, Any]:
    told: dict[str, Any] = post(client, seller, "", {"url": URL, "description": "总部"}).json()
    return told


def owe(one: Firm, *keys: str) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        receipts.write(cursor, [Receipt(one.id, "CEB622Message", key, "800", AT, "", "<r></r>") for key in keys])


def form() -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        ledger.form(cursor, receipts.safe(cursor))


def test_a_subscription_is_made_and_its_secret_told_once(client: Client, seller: Firm, made: dict[str, Any]) -> None:
    assert len(signature.key_of(made["secret"])) == 32
    (listed,) = client.get("/api/v1/webhooks", headers=seller.token).json()["webhooks"]
    assert (
        "secret" not in listed
        and made["secret"] not in client.get("/api/v1/webhooks", headers=seller.token).content.decode()
    )
    assert (listed["url"], listed["description"], listed["state"], listed["kinds"]) == (
        URL,
        "总部",
        "on",
        ["receipt.created"],
    )
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM exchange_hook")
        sealed = bytes(cursor.fetchone()[0])
        cursor.execute("SELECT after::text FROM kernel_audit WHERE object_kind IN ('exchange_hook', 'webhook')")
        trail = "".join(row[0] or "" for row in cursor.fetchall())
    assert made["secret"].encode() not in sealed and vault.open_(sealed, ledger.TABLE).decode() == made["secret"]
    assert URL in trail and "whsec_" not in trail and sealed.hex() not in trail


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "https://127.0.0.1:8443/", "https://169.254.169.254/latest", "http://8.8.8.8/"]
)
def test_an_endpoint_inside_is_refused_and_nothing_made(client: Client, seller: Firm, url: str) -> None:
    answer = post(client, seller, "", {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook.address")
    assert client.get("/api/v1/webhooks", headers=seller.token).json() == {"webhooks": []}


@pytest.mark.parametrize(
    ("content", "code"),
    [({"url": "ftp://x/"}, "webhook.url"), ({}, "api.input"), ({"url": URL, "kinds": ["orders"]}, "webhook.kinds"),
     ({"url": URL, "kinds": []}, "webhook.kinds"), ({"url": URL, "secret": "x"}, "api.input"), ({"url": URL, "after": -1}, "api.input"),
     ([], "api.input"), ({"url": URL, "description": "\x00"}, "api.input")],
)  # fmt: skip
def test_a_bad_request_is_named(client: Client, seller: Firm, content: Any, code: str) -> None:
    answer = post(client, seller, "", content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_a_queue_is_told_by_the_firms_own_number_only(
    client: Client, seller: Firm, rival: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_organisation SET dxp_id = 'DXPENTSYNTHETIC1' WHERE id = %s", (seller.id,))
    told = {"url": "amqp:DXPENTSYNTHETIC1"}
    monkeypatch.delenv("PILOTZONE_FIRMS_URL", raising=False)
    assert post(client, seller, "", told).json()["code"] == "webhook.amqp"  # this zone has no broker
    monkeypatch.setenv("PILOTZONE_FIRMS_URL", "amqps://broker.example/")
    assert post(client, seller, "", told).status_code == 200
    for one, url in ((rival, "amqp:DXPENTSYNTHETIC1"), (rival, "amqp:"), (seller, "amqp:DXPENT0000000009")):
        answer = post(client, one, "", {"url": url})
        assert (answer.status_code, answer.json()["code"]) == (422, "webhook.amqp")


def test_a_name_nobody_knows_may_be_tried_again(client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(host: str, port: int) -> list[str]:
        raise OSError

    monkeypatch.setattr(
        subscriptions.create, "__kwdefaults__", subscriptions.create.__kwdefaults__ | {"resolver": away}
    )
    answer = post(client, seller, "", {"url": "https://hook.example/"})
    assert (answer.status_code, answer.json()["code"]) == (503, "webhook.host")


def test_an_organisation_has_a_few_and_no_more(client: Client, seller: Firm, rival: Firm) -> None:
    told = [post(client, seller, "", {"url": URL}).status_code for _ in range(subscriptions.MOST + 1)]
    assert told == [200] * subscriptions.MOST + [422]
    assert post(client, rival, "", {"url": URL}).status_code == 200


def test_nobody_else_sees_or_touches_it(client: Client, seller: Firm, rival: Firm, made: dict[str, Any]) -> None:
    here = f"/{made['id']}"
    for path in ("", "/deliveries"):
        assert client.get(f"/api/v1/webhooks{here}{path}", headers=rival.token).json()["code"] == "webhook.unknown"
    for path, content in (("", {"enabled": False}), ("/secret", {}), ("/ping", {}), ("/replay", {"state": "dead"})):
        answer = post(client, rival, here + path, content)
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook.unknown"), path
    assert client.get("/api/v1/webhooks", headers=rival.token).json() == {"webhooks": []}
    assert client.get(f"/api/v1/webhooks{here}", headers=seller.token).json()["state"] == "on"


def test_a_role_without_the_right_and_a_stranger_are_refused(client: Client) -> None:
    park = firm("园区", "park")
    assert post(client, park, "", {"url": URL}).json()["code"] == "kernel.access.denied"
    assert client.get("/api/v1/webhooks").status_code == 401
    sign_in(client, "customs_officer", unit="customs")
    assert client.get("/api/v1/webhooks").json()["code"] == "api.enterprise"


def test_it_begins_now_or_where_the_firm_says(client: Client, seller: Firm) -> None:
    owe(seller, "OLD")
    now = post(client, seller, "", {"url": URL}).json()
    all_ = post(client, seller, "", {"url": URL, "after": 0}).json()
    owe(seller, "NEW")
    form()
    log = {
        one["id"]: client.get(f"/api/v1/webhooks/{one['id']}/deliveries", headers=seller.token).json()["deliveries"]
        for one in (now, all_)
    }
    assert [[one["receipts"] for one in told] for told in log.values()] == [[1], [2]]
    assert now["position"] > 0 and all_["position"] == 0


def test_it_is_changed_switched_off_and_on(client: Client, seller: Firm, made: dict[str, Any]) -> None:
    here = f"/{made['id']}"
    told = post(client, seller, here, {"description": "分部", "enabled": False}).json()
    assert (told["description"], told["state"], told["url"]) == ("分部", "off", URL)
    owe(seller, "A")
    form()
    assert client.get(f"/api/v1/webhooks{here}", headers=seller.token).json()["waiting"] == 0
    assert post(client, seller, here + "/ping", {}).json()["code"] == "webhook.off"
    assert post(client, seller, here, {"enabled": True}).json()["state"] == "on"
    form()
    assert client.get(f"/api/v1/webhooks{here}", headers=seller.token).json()["waiting"] == 1
    assert post(client, seller, here, {"url": "https://192.168.0.1/"}).json()["code"] == "webhook.address"


def test_a_renewed_secret_leaves_the_old_one_for_a_day(client: Client, seller: Firm, made: dict[str, Any]) -> None:
    fresh = post(client, seller, f"/{made['id']}/secret", {}).json()
    assert fresh["secret"] != made["secret"] and fresh["old_until"] is not None
    with scope(PLATFORM), connection.cursor() as cursor:
        ledger.ping(cursor, made["id"], seller.id)
        (due,) = ledger.claim(cursor, places=8, troubled=4)
    assert due.secrets == (fresh["secret"], made["secret"])
    assert post(client, seller, f"/{made['id']}/secret", {}).json()["code"] == "webhook.rotating"
    last = post(client, seller, f"/{made['id']}/secret", {"at_once": True}).json()
    assert last["old_until"] is None
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_delivery SET leased_until = NULL")
        (due,) = ledger.claim(cursor, places=8, troubled=4)
    assert due.secrets == (last["secret"],)


def test_dead_letters_are_seen_and_replayed(client: Client, seller: Firm, made: dict[str, Any]) -> None:
    owe(seller, "A")
    form()
    with scope(PLATFORM), connection.cursor() as cursor:
        (due,) = ledger.claim(cursor, places=8, troubled=4)
        ledger.settle(cursor, due, ledger.Answer(500, 7, "坏了"), None)
    here = f"/api/v1/webhooks/{made['id']}"
    assert client.get(here, headers=seller.token).json()["dead"] == 1
    (dead,) = client.get(f"{here}/deliveries?state=dead", headers=seller.token).json()["deliveries"]
    assert (dead["state"], dead["last_status"], dead["tries"][0]["answer"]) == ("dead", 500, "坏了")
    assert client.get(f"{here}/deliveries?state=sent", headers=seller.token).json()["deliveries"] == []
    assert post(client, seller, f"/{made['id']}/replay", {}).json()["code"] == "webhook.replay"
    span = {"first": dead["id"], "last": dead["id"]}
    assert post(client, seller, f"/{made['id']}/replay", span).json() == {"count": 1}
    (again,) = client.get(f"{here}/deliveries", headers=seller.token).json()["deliveries"]
    assert (again["state"], again["attempts"], again["message_id"]) == ("queued", 0, dead["message_id"])


def test_the_log_is_paged_by_number(client: Client, seller: Firm, made: dict[str, Any]) -> None:
    for _ in range(3):
        assert post(client, seller, f"/{made['id']}/ping", {"note": "x"}).status_code == 200
    here = f"/api/v1/webhooks/{made['id']}/deliveries?limit=2"
    first = client.get(here, headers=seller.token).json()
    rest = client.get(f"{here}&before={first['before']}", headers=seller.token).json()
    assert (len(first["deliveries"]), len(rest["deliveries"]), rest["before"]) == (2, 1, None)
    assert len({one["message_id"] for page in (first, rest) for one in page["deliveries"]}) == 3


def test_receipts_are_narrowed_by_message_and_document(client: Client, seller: Firm) -> None:
    owe(seller, "A", "B")
    for query, keys in (
        ("document=B", ["B"]),
        ("message=CEB622Message", ["A", "B"]),
        ("message=CEB312Message", []),
        ("document=' OR 1=1", []),
    ):
        told = client.get(f"/api/v1/receipts?{query}", headers=seller.token).json()
        assert [one["document"] for one in told["receipts"]] == keys


def test_the_guard_of_a_real_zone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_WEBHOOK_NETWORKS", raising=False)
    assert endpoint.guard_of(demo=False) == endpoint.Guard()


def test_with_another_address_what_waits_is_tried_there_at_once(
    client: Client, seller: Firm, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also into the firm's own queue, whatever kind it is of: what waits goes the way the firm has now."""
    hook = made["id"]
    post(client, seller, f"/{hook}", {"kinds": ["receipt.created", "payment.changed"]})
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_organisation SET dxp_id = 'DXPENTSYNTHETIC1' WHERE id = %s", (seller.id,))
        ledger.tell(cursor, seller.id, ledger.PAYMENT, {"payment": {"id": 7}})
        cursor.execute("UPDATE exchange_delivery SET attempts = 9, next_try_at = pz_now() + interval '1 day'")
    monkeypatch.setenv("PILOTZONE_FIRMS_URL", "amqps://broker.example/")
    for url in ("https://8.8.4.4/in", "amqp:DXPENTSYNTHETIC1"):
        assert post(client, seller, f"/{hook}", {"url": url}).status_code == 200
        with scope(PLATFORM), connection.cursor() as cursor:
            cursor.execute(
                "SELECT attempts, next_try_at <= pz_now() FROM exchange_delivery WHERE hook_id = %s", (hook,)
            )
            assert cursor.fetchall() == [(0, True)]
            cursor.execute("UPDATE exchange_delivery SET attempts = 9, next_try_at = pz_now() + interval '1 day'")
    assert post(client, seller, f"/{hook}", {"description": "总部"}).status_code == 200
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT attempts FROM exchange_delivery WHERE hook_id = %s", (hook,))
        assert cursor.fetchall() == [(9,)], "a new description is no reason to try"
