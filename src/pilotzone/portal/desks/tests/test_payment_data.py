"""Payment raw data from customs' request to customs' answer: asked, laid down, signed by the firm, uploaded, settled."""

from __future__ import annotations

import base64
import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange import clients, outbox
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.portal.desks.tests.payment_asking import (
    CUSTOMS,
    OPEN,
    answered,
    asked,
    carried,
    customs,
    ebp,
    laid_down,
    payment,
    pem,
    requests,
)
from pilotzone.rooms.clearance import api
from pilotzone.ui import sheets


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """One order of the platform is here."""
    trade = Trade("PD", at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=9))
    standing_zone.send(standing_zone.paper(trade, "order"))
    standing_zone.connection.commit()
    return standing_zone


@pytest.fixture(autouse=True)
def _nothing_open(zone: Bench) -> None:
    zone.connection.execute(
        "DELETE FROM clearance_paymentrequest; DELETE FROM clearance_paymentdata; DELETE FROM exchange_outbox"
    )
    zone.connection.commit()


def test_customs_is_answered_at_once_and_the_request_stands_in_the_firms_list(zone: Bench) -> None:
    assert asked()["code"] == "10000"
    assert asked()["code"] == "10000"  # the same session again
    (row,) = requests(zone)
    assert (row["order_no"], row["state"], row["has_data"], row["late"]) == ("ORDER-PD", "open", False, False)
    assert row["age_s"] >= 0
    assert asked(session="T" * 36, path="/ebp/platDataOpen")["code"] == "10000"
    assert len(requests(zone)) == 2
    other = Actor(kind=ENTERPRISE, organisation=zone.firms["ebc"])
    assert requests(zone, other) == []


@pytest.mark.parametrize(
    ("order", "session", "path"),
    [
        ("NOBODY-KNOWS", "A" * 36, OPEN),
        ("ORDER-PD", "A" * 36, "/ebp/3601999999/platDataOpen"),
        ("ORDER-PD", "A" * 40, OPEN),
        ("", "A" * 36, OPEN),
    ],
)
def test_what_cannot_be_opened_is_answered_20000_with_a_sentence(
    zone: Bench, order: str, session: str, path: str
) -> None:
    told = asked(order, session, path)
    assert told["code"] == "20000" and told["message"] and len(str(told["serviceTime"])) == 13
    assert requests(zone) == []


def test_a_session_names_one_order_and_rubbish_is_answered_too(zone: Bench) -> None:
    laid_down(zone, payment("ORDER-X", number="X"))
    assert asked()["code"] == "10000"
    assert asked("ORDER-X")["code"] == "20000"
    for body in ({}, {"openReq": "x"}, {"openReq": "[" * 5000}):
        assert Client().post(OPEN, body).json()["code"] == "20000"
    assert Client().get(OPEN).json()["code"] == "20000"


def test_data_are_kept_sealed_masked_and_replaced_by_their_transaction(zone: Bench) -> None:
    assert laid_down(zone, payment(), payment("ORDER-2", number="P2")) == {"payments": 2, "replaced": 0}
    assert laid_down(zone, payment(amount="99.00")) == {"payments": 1, "replaced": 1}
    with scope(ebp(zone)):
        rows = {row["pay_transaction"]: row for row in api.kept_payment_data()["rows"]}
    assert rows["PAY-PD"]["differs"] and not rows["P2"]["differs"]  # the second order is not here
    assert "测试收款人" not in str(rows) and "6222000000000000" not in str(rows)
    assert rows["PAY-PD"]["keep_until"] >= clock.today().replace(day=1) + datetime.timedelta(days=3 * 365)
    zone.connection.commit()
    assert zone.rows(
        "SELECT count(*) FROM clearance_paymentdata WHERE position('shop.example'::bytea IN body) > 0"
    ) == [(0,)]
    with scope(CUSTOMS):
        assert api.kept_payment_data()["rows"] == []


def test_one_reading_of_what_is_kept_has_its_limit(zone: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_down(zone, payment(), payment("ORDER-2", number="P2"))
    monkeypatch.setattr("pilotzone.rooms.clearance.queries.payment_data.LARGEST", 1)
    with scope(ebp(zone)):
        assert len(api.kept_payment_data_before(None, 10**6)) == 1


def test_a_page_of_payments_asks_for_its_orders_once(zone: Bench) -> None:
    asked_by = []
    for most in (1, 4):
        laid_down(zone, *(payment("ORDER-PD", f"{100 + one}.00", f"ONCE-{one}") for one in range(most)))
        with scope(ebp(zone)), CaptureQueriesContext(connections["default"]) as queries:
            rows = api.kept_payment_data()["rows"]
        assert [row["differs"] for row in rows] == [True] * (most - 1) + [False]
        asked_by.append(sum("clearance_find" in one["sql"] for one in queries))
    assert asked_by == [1, 1]


def test_the_file_of_what_is_kept_is_read_piece_by_piece(zone: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "STEP", 2)
    laid_down(zone, *(payment("ORDER-PD", "100.00", f"PIECE-{one}") for one in range(5)))
    answer = clerk(zone).get("/enterprise/payment-data/kept/export.csv")
    assert answer.streaming
    told = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert [line.split(",")[0] for line in told[1:]] == [f"PIECE-{one}" for one in (4, 3, 2, 1, 0)]


def test_bad_data_leave_nothing_behind(zone: Bench) -> None:
    broken = payment(number="B")
    del broken["payExchangeInfoHead"]["initalRequest"]
    for bad, code in (
        ([payment(), broken], "format.payment_raw"), ([payment(ebpCode="3601999999")], "clearance.payment.platform"),
        ([payment(), payment()], "clearance.payment.twice"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            laid_down(zone, *bad)
    with scope(ebp(zone)):
        with pytest.raises(Refused, match="format.payment_raw"):
            api.deposit_payment_data('{"payments": []}', channel="http")
        assert api.kept_payment_data()["total"] == 0
    for actor in (Actor(kind=ENTERPRISE, organisation=zone.firms["pay"]), NOBODY):
        with scope(actor), pytest.raises(Denied):
            api.deposit_payment_data(json.dumps(payment()), channel="http")


def test_what_was_kept_long_enough_is_removed(zone: Bench) -> None:
    laid_down(zone, payment())
    with scope(ebp(zone)):
        (row,) = api.kept_payment_data()["rows"]
    with scope(PLATFORM):
        assert api.forget_payment_data(row["keep_until"]) == 0
        assert api.forget_payment_data(row["keep_until"] + datetime.timedelta(days=1)) == 1


def test_signed_data_are_uploaded_as_they_were_signed_and_customs_answer_is_shown(
    zone: Bench, demo_keys: dict[str, PemSigner]
) -> None:
    laid_down(zone, payment())
    asked()
    (row,) = requests(zone)
    assert row["has_data"] and not row["differs"]
    assert answered(zone, demo_keys["ebp"], [row["id"]]) == {"requests": [row["id"]], "repeated": False}
    assert requests(zone)[0]["state"] == "queued"
    with customs("10000") as (url, got):
        assert carried(zone, url) == 1
    (text,) = got
    told = json.loads(text)
    assert told["sessionID"] == "S" * 36 and told["certNo"] == demo_keys["ebp"].certificate.serial
    value = base64.b64decode(told["signValue"])
    assert demo_keys["ebp"].certificate.holds("sha256", value, payment_raw.to_verify(text))
    (row,) = requests(zone)
    assert (row["state"], row["answer_code"], row["answer_message"]) == ("accepted", "10000", "应答")
    with scope(ebp(zone)):
        again = api.hand_in_payment_data(batch=str(row["id"]), certificate=pem(demo_keys["ebp"]), signatures=["x"])
        assert again["repeated"]
        with pytest.raises(Refused, match="clearance.payment.unknown"):
            api.compose_payment_data(requests=[row["id"]])


def test_refused_data_may_be_mended_and_signed_again(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    laid_down(zone, payment(amount="1.00"))
    asked()
    (row,) = requests(zone)
    answered(zone, demo_keys["ebp"], [row["id"]])
    with customs("20006") as (url, _):
        assert carried(zone, url) == 0
    (row,) = requests(zone)
    assert (row["state"], row["answer_code"], row["differs"]) == ("refused", "20006", True)
    laid_down(zone, payment())
    answered(zone, demo_keys["ebp"], [row["id"]])
    with customs("10000") as (url, _):
        assert carried(zone, url) == 1
    assert (requests(zone)[0]["state"], requests(zone)[0]["uploads"]) == ("accepted", 2)


def test_customs_away_keeps_the_letter_for_later(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    laid_down(zone, payment())
    asked()
    answered(zone, demo_keys["ebp"], [requests(zone)[0]["id"]])
    for url in ("http://127.0.0.1:9/x", ""):
        assert carried(zone, url) == 0
        zone.connection.execute("UPDATE exchange_outbox SET next_try_at = pz_now()")
        zone.connection.commit()
    assert requests(zone)[0]["state"] == "queued"
    assert zone.rows("SELECT state, kind FROM exchange_outbox") == [("queued", api.PAYMENT_UPLOAD)]
    with zone.connection.cursor() as cursor:
        assert outbox.counts(cursor) == {"queued": 1}


def test_signatures_that_do_not_fit_are_refused_and_nothing_is_queued(
    zone: Bench, demo_keys: dict[str, PemSigner]
) -> None:
    asked()
    (row,) = requests(zone)
    with scope(ebp(zone)), pytest.raises(Refused, match="clearance.payment.no_data"):
        api.compose_payment_data(requests=[row["id"]])
    laid_down(zone, payment())
    card = demo_keys["ebp"]
    with scope(ebp(zone)):
        told = api.compose_payment_data(requests=[row["id"]])
    good = base64.b64encode(card.sign(told["messages"][0]["signed_info"].encode())).decode()
    bad = base64.b64encode(card.sign(b"else")).decode()
    for certificate, signatures, number, code in (
        (card, [bad], "", "signature.value"), (card, ["%"], "", "signature.base64"),
        (card, [good, good], "", "clearance.signing.count"), (demo_keys["pay"], [good], "", "clearance.signing.certificate"),
        (card, [good], "00ff", "signature.key_name"),
    ):  # fmt: skip
        with scope(ebp(zone)), pytest.raises(Refused, match=code):
            api.hand_in_payment_data(
                batch=told["batch"], certificate=pem(certificate), signatures=signatures, number=number
            )
    laid_down(zone, payment(amount="100.0"))
    with scope(ebp(zone)), pytest.raises(Refused, match="clearance.payment.changed"):
        api.hand_in_payment_data(batch=told["batch"], certificate=pem(card), signatures=[good])
    zone.connection.commit()
    assert zone.rows("SELECT count(*) FROM exchange_outbox") == [(0,)]
    assert requests(zone)[0]["state"] == "open"


def test_a_firms_own_system_does_all_of_it_by_the_api(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    with scope(PLATFORM), connections["default"].cursor() as cursor:
        token = clients.issue(cursor, zone.firms["ebp"], "test")
    client = Client(headers={"Authorization": f"Bearer {token}"})
    base = "/api/v1/payment-data"
    told = client.post(base, json.dumps({"payments": [payment()]}), content_type="application/json")
    assert (told.status_code, told.json()) == (200, {"payments": 1, "replaced": 0})
    bad = client.post(base, "{}", content_type="application/json")
    assert (bad.status_code, bad.json()["code"]) == (422, "format.payment_raw")
    asked()
    (row,) = client.get(f"{base}/requests?state=waiting").json()["rows"]
    string = client.post(f"{base}/requests/{row['id']}/string").json()
    assert string["session"] == "S" * 36
    card = demo_keys["ebp"]
    signed = {
        "certNo": card.certificate.serial.upper(), "certificate": pem(card),
        "signValue": base64.b64encode(card.sign(string["string"].encode())).decode(),
    }  # fmt: skip
    done = client.post(f"{base}/requests/{row['id']}/signature", json.dumps(signed), content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "queued")
    assert client.get(f"{base}/requests/{row['id']}").json()["uploads"] == 1
    assert client.get(f"{base}/requests/999999").status_code == 404


def clerk(zone: Bench) -> Client:
    """A clerk of the platform enterprise, signed in."""
    with scope(PLATFORM):
        person, made = Person.objects.get_or_create(username="ebp-clerk")
        if made:
            firm = Organisation.objects.get(pk=zone.firms["ebp"])
            appoint(person=person, role_code="ebp", organisation=firm, since=datetime.date(2021, 1, 1))
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_pages_show_requests_and_data_and_take_files(zone: Bench) -> None:
    client = clerk(zone)
    kept = "/enterprise/payment-data/kept/"
    file = SimpleUploadedFile("p.json", json.dumps(payment()).encode())
    bad = SimpleUploadedFile("b.json", b"{}")
    told = client.post(kept, {"files": [file, bad]})
    page = told.content.decode()
    assert told.status_code == 422 and "存入 1 笔" in page and "payExchangeInfoHead" in page
    assert "测试收款人" not in page
    answer = client.get(f"{kept}export.csv")
    sheet = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(sheet.splitlines()) == 2 and "ORDER-PD" in sheet and "未见差异" in sheet and "测试收款人" not in sheet
    asked()
    page = client.get("/enterprise/payment-data/?state=waiting").content.decode()
    assert "ORDER-PD" in page and "待签名" in page and "已存入" in page
    assert "项海关支付数据请求" in client.get("/enterprise/").content.decode()
    assert "ORDER-PD" in client.get("/enterprise/payment-data/export.csv").content.decode()
    (row,) = requests(zone)
    signing = client.post("/enterprise/payment-data/sign/", {"chosen": [row["id"]]})
    page = client.get(signing["Location"])
    assert "ws://127.0.0.1:61232" in page["Content-Security-Policy"]
    assert "data-pin" in page.content.decode()
    for where in ("prepare/", "finish/"):
        assert (
            client.post(f"/enterprise/payment-data/sign/{where}", "{", content_type="application/json").status_code
            == 400
        )
