"""Who may ask what: nobody, a token, a session; revoked, suspended, too fast."""

from __future__ import annotations

import datetime

import pytest
from django.db import OperationalError, connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.pace import WINDOW_S, Pace
from pilotzone.portal.api import callers
from pilotzone.portal.api.tests.conftest import Firm, sign_in
from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
PUBLIC = (
    "board",
    "reference/codes/currency",
    "reference/rates/vat.standard",
    "schema/CEB311Message",
    "openapi.json",
    "",
)
CLOSED = ("receipts", "receipts/1.xml", "messages/0a", "trades", "trades/1")
ORDER = b'{"id":1,"on":"2020-05-01","items":[{"kind":"ordinary","qty":"1","unit_price":"425.00"}]}'


def code(answer: object) -> tuple[int, str]:
    assert answer.headers["Content-Type"].startswith("application/problem+json")  # type: ignore[attr-defined]
    told = answer.json()  # type: ignore[attr-defined]
    assert told["zh"] and told["en"] and told["source"] and told["status"] == answer.status_code  # type: ignore[attr-defined]
    return told["status"], told["code"]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_addresses_answer_nobody(client: Client, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_everything_else_asks_who_it_is(client: Client, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert code(answer) == (401, "api.token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["check", "tax/import"])
def test_judging_asks_who_it_is_before_it_reads(client: Client, path: str) -> None:
    assert code(client.post(f"/api/v1/{path}", b"x", content_type="text/plain")) == (401, "api.token")


@pytest.mark.parametrize("path", ["board", "receipts", "trades"])
@pytest.mark.parametrize("header", ["Bearer pz_wrong", "Bearer ", "bearer pz_wrong", "Bearer \u00ff\u0100"])
def test_a_wrong_token_is_refused_even_where_none_is_needed(client: Client, path: str, header: str) -> None:
    assert code(client.get(f"/api/v1/{path}", HTTP_AUTHORIZATION=header)) == (401, "api.token")


def test_another_kind_of_authorisation_opens_nothing(client: Client) -> None:
    assert code(client.get("/api/v1/receipts", HTTP_AUTHORIZATION="Basic eDp5"))[0] == 401


def test_a_token_opens_its_own_house(client: Client, seller: Firm) -> None:
    assert client.get("/api/v1/receipts", headers=seller.token).json() == {"receipts": [], "after": 0, "more": False}
    assert client.get("/api/v1/trades", headers=seller.token).status_code == 200
    told = client.post("/api/v1/tax/import", ORDER, content_type="application/json", headers=seller.token)
    assert told.json()["total"] == "38.68"


def test_a_revoked_token_is_refused_from_the_next_request_on(client: Client, seller: Firm) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM exchange_client")
        assert clients.revoke(cursor, cursor.fetchone()[0])
    assert code(client.get("/api/v1/receipts", headers=seller.token)) == (403, "api.revoked")


def test_a_suspended_firm_is_refused_from_its_day_on(client: Client, seller: Firm) -> None:
    with scope(PLATFORM):
        Organisation.objects.filter(pk=seller.id).update(suspended_on=datetime.date(9000, 1, 1))
        assert client.get("/api/v1/receipts", headers=seller.token).status_code == 200
        Organisation.objects.filter(pk=seller.id).update(suspended_on=datetime.date(2020, 1, 1))
    assert code(client.get("/api/v1/receipts", headers=seller.token)) == (403, "api.suspended")


def test_a_firm_without_a_role_that_sees_trades_sees_none(client: Client, seller: Firm) -> None:
    for roles in ([], ["bank"], ["no such role"]):
        with scope(PLATFORM):
            Organisation.objects.filter(pk=seller.id).update(roles=roles)
        assert code(client.get("/api/v1/trades", headers=seller.token)) == (403, "kernel.access.denied")


def test_a_clerk_signed_in_asks_in_his_firms_name(client: Client, seller: Firm) -> None:
    sign_in(client, "ebc", organisation=seller.id)
    assert client.get("/api/v1/receipts").status_code == 200
    assert client.get("/api/v1/trades").status_code == 200


@pytest.mark.parametrize(
    ("role", "unit", "trades"),
    [
        ("customs_officer", "customs", 200),
        ("district_officer", "360111", 403),
        ("zone_officer", "zone", 200),
        ("leader", "zone", 403),
    ],
)
def test_officers_ask_what_their_role_sees_and_fetch_nobodys_receipts(
    client: Client, db: None, role: str, unit: str, trades: int
) -> None:
    sign_in(client, role, unit=unit)
    assert client.get("/api/v1/trades").status_code == trades
    assert code(client.get("/api/v1/receipts")) == (403, "api.enterprise")
    assert code(client.get("/api/v1/messages/0a")) == (403, "api.enterprise")


def test_a_session_must_prove_that_its_own_page_posts(seller: Firm) -> None:
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, "ebc", organisation=seller.id)
    refused = strict.post("/api/v1/tax/import", ORDER, content_type="application/json")
    assert code(refused) == (403, "api.csrf")
    strict.get("/accounts/login/")
    strict.get("/")
    token = strict.cookies["csrftoken"].value
    passed = strict.post("/api/v1/tax/import", ORDER, content_type="application/json", headers={"X-CSRFToken": token})
    assert passed.status_code == 200
    by_token = strict.post("/api/v1/tax/import", ORDER, content_type="application/json", headers=seller.token)
    assert by_token.status_code == 200


def test_who_asks_too_fast_waits_and_others_do_not(
    client: Client, seller: Firm, rival: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PACE", Pace(most=2))
    monkeypatch.setattr(callers.time, "monotonic", lambda: 100.0)
    assert [client.get("/api/v1/receipts", headers=seller.token).status_code for _ in range(3)] == [200, 200, 429]
    slow = client.get("/api/v1/receipts", headers=seller.token)
    assert code(slow) == (429, "api.too_many")
    assert int(slow.headers["Retry-After"]) == WINDOW_S
    assert client.get("/api/v1/receipts", headers=rival.token).status_code == 200
    assert client.get("/api/v1/board").status_code == 200
    monkeypatch.setattr(callers.time, "monotonic", lambda: 100.0 + WINDOW_S)
    assert client.get("/api/v1/receipts", headers=seller.token).status_code == 200


def test_guessing_tokens_is_slowed_by_address_without_hurting_a_true_one(
    client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "PACE", Pace(most=2))
    monkeypatch.setattr(callers.time, "monotonic", lambda: 100.0)  # all in one window
    guesses = [client.get("/api/v1/board", headers={"Authorization": f"Bearer pz_{n}"}).status_code for n in range(4)]
    assert guesses[0] == 401 and guesses[-1] == 429
    assert client.get("/api/v1/receipts", headers=seller.token).status_code == 200


@pytest.mark.parametrize(
    ("here", "told", "counted"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("", "198.51.100.1", ""),
    ],
)
def test_an_address_is_believed_only_of_a_neighbour(rf: object, here: str, told: str, counted: str) -> None:
    request = rf.get("/", REMOTE_ADDR=here, HTTP_X_FORWARDED_FOR=told)  # type: ignore[attr-defined]
    assert callers._address(request) == counted


def test_a_pace_is_paid_anew_in_each_window_and_forgets_when_full() -> None:
    pace = Pace(most=10)
    assert pace.spend("a", 10, 5.0)
    assert not pace.spend("a", 1, 6.0)
    assert pace.spend("a", 10, 5.0 + WINDOW_S)
    assert not pace.spend("b", 11, 5.0 + WINDOW_S)


@pytest.mark.parametrize(("error", "told"), [(OperationalError("gone"), (503, "api.away")), (RuntimeError("secret"), (500, "api.failed"))])  # fmt: skip
def test_no_failure_shows_its_inside(
    client: Client, seller: Firm, monkeypatch: pytest.MonkeyPatch, error: Exception, told: tuple[int, str]
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(clearance, "trades", broken)
    answer = client.get("/api/v1/trades", headers=seller.token)
    assert code(answer) == told
    assert b"secret" not in answer.content and b"Traceback" not in answer.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_wrong_method_is_a_problem_like_the_others(client: Client, method: str) -> None:
    answer = getattr(client, method)("/api/v1/trades")
    assert code(answer) == (405, "api.method")
    assert answer.headers["Allow"] == "GET"


@pytest.mark.parametrize("path", ["nowhere", "trades/x/y", "reference", "receipts/1.json"])
def test_what_is_no_address_says_so(client: Client, seller: Firm, path: str) -> None:
    for answer in (client.get(f"/api/v1/{path}", headers=seller.token), client.post(f"/api/v1/{path}")):
        assert code(answer) == (404, "api.address")


def test_answers_stay_out_of_caches(client: Client, seller: Firm) -> None:
    for path in ("receipts", "board"):
        assert client.get(f"/api/v1/{path}", headers=seller.token).headers["Cache-Control"] == "no-store"
