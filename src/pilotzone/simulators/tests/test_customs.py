"""Customs as the platform meets it: four signed messages in, receipts and a tax bill out, with every fault it can be told."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pilotzone.base.days import SHANGHAI, stamp17
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.envelope import TAX_PAYMENT, DxpMsg, unwrap, wrap
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.signing import DemoAuthority, PemSigner, sign
from pilotzone.simulators import faults
from pilotzone.simulators.customs import bills, desk, payments
from pilotzone.simulators.customs.answers import IMPORT, post_due
from pilotzone.simulators.singlewindow import node, signon
from pilotzone.simulators.tests.papers import PLATFORM, export_trade, import_trade

NOW = datetime(2021, 6, 18, 10, 0, tzinfo=SHANGHAI)
Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> PemSigner:
    wall = datetime.now(SHANGHAI)
    authority = DemoAuthority(tmp_path_factory.mktemp("keys"), at=wall)
    return authority.issue("3601900031", "SYNTHETIC", "rsa", at=wall).signer()


@pytest.fixture
def customs(connect_as: Callable[[str], Connection]) -> Iterator[Connection]:
    """A connection as the counterparts' own role; everything is undone afterwards."""
    connection = connect_as("counterpart")
    faults.change(connection, {"delay_ms": 0, "review": 0.0, "inspection": 0.0})
    yield connection
    connection.rollback()


@pytest.fixture
def send(customs: Connection, signer: PemSigner) -> Callable[..., None]:
    def put(
        *papers: tuple[str, dict[str, str], list[dict[str, str]]], signed: bool = True, edition: str = "2018"
    ) -> None:
        for name, head, lines in papers:
            transfer = {"copCode": "3601900031", "copName": "SYNTHETIC", "dxpMode": "DXP", "dxpId": PLATFORM}
            guid = str(uuid.uuid4()).upper()
            xml = build(name, [(head, lines)], edition=edition, guid=guid, transfer=transfer)
            data = sign(xml, signer) if signed else xml
            message = DxpMsg(
                message_id=guid, sender=PLATFORM, receivers=[IMPORT], created=NOW, message_type=name, data=data,
                file_name="", keys={},
            )  # fmt: skip
            assert node.send(customs, wrap(message))[0] == "0000"

    return put


def receipts(connection: Connection, at: datetime = NOW, **how: Any) -> list[tuple[str, str, str]]:
    """(message, status, info) of everything that lies in the platform's box, in order; the box is emptied."""
    post_due(connection, at, **how)
    rows = node.receive(connection, PLATFORM, 500)
    node.acknowledge(connection, PLATFORM, [number for number, _ in rows])
    told = []
    for _, raw in rows:
        parsed = parse(unwrap(raw, node.MAX_BYTES).data, on=at.date())
        assert parsed.findings == [], parsed.findings
        for document in parsed.documents:
            head = document.head
            told.append((parsed.name[:6], head.get("returnStatus", head.get("status", "")), head.get("returnInfo", "")))
    return told


def of(name: str, told: list[tuple[str, str, str]]) -> list[str]:
    return [status for message, status, _ in told if message == name]


def test_a_matched_trade_is_released_and_billed(customs: Connection, send: Callable[..., None]) -> None:
    send(*import_trade("A1").values())
    desk.work(customs, NOW)
    told = receipts(customs)
    assert of("CEB312", told) == of("CEB412", told) == of("CEB512", told) == ["2", "120"]
    assert of("CEB622", told) == ["2", "120", "800", "899"]
    assert of("CEB816", told) == ["1"]


@pytest.mark.parametrize("brief", [True, False])
def test_no_receipt_bears_a_time_after_the_one_it_is_sent_at(
    customs: Connection, send: Callable[..., None], brief: bool
) -> None:
    faults.change(customs, {"follow": True, "brief": brief})
    send(*import_trade("A9").values())
    desk.work(customs, NOW)
    post_due(customs, NOW + timedelta(minutes=10))
    told = [
        document.head["returnTime"]
        for _, raw in node.receive(customs, PLATFORM, 500)
        for document in parse(unwrap(raw, node.MAX_BYTES).data, on=NOW.date()).documents
        if "returnTime" in document.head
    ]
    latest = NOW if brief else NOW + timedelta(minutes=10)
    assert told and max(told) <= stamp17(latest + timedelta(milliseconds=20))


def test_an_export_is_examined_and_released(customs: Connection, send: Callable[..., None]) -> None:
    send(*export_trade("X1"))
    desk.work(customs, NOW)
    told = receipts(customs)
    assert of("CEB304", told) == of("CEB404", told) == of("CEB506", told) == ["2", "120"]
    assert of("CEB604", told) == ["2", "120", "399", "800", "899"]
    assert of("CEB816", told) == []


def test_a_list_waits_for_its_papers(customs: Connection, send: Callable[..., None]) -> None:
    trade = import_trade("A2")
    send(trade["list"])
    desk.work(customs, NOW)
    assert of("CEB622", receipts(customs)) == ["2"]
    send(trade["order"], trade["payment"], trade["waybill"])
    desk.work(customs, NOW)
    assert of("CEB622", receipts(customs))[-2:] == ["800", "899"]


def test_a_list_whose_papers_never_come_is_returned(customs: Connection, send: Callable[..., None]) -> None:
    faults.change(customs, {"hold_s": 0})
    send(import_trade("A3")["list"])
    desk.work(customs, NOW)
    (_, status, info) = receipts(customs)[-1]
    assert status == "100"
    assert "订单、支付单、运单" in info


@pytest.mark.parametrize(
    ("paper", "changes", "code"),
    [
        ("payment", {"amountPaid": "1.00"}, "1332"),
        ("payment", {"payerName": "某人"}, "1327"),
        ("payment", {"payCode": "3601900012"}, "13035"),
        ("list", {"buyerName": "某人"}, "13127"),
        ("list", {"buyerTelephone": "10000000000"}, "130126"),
    ],
)
def test_what_does_not_agree_is_returned_with_customs_code(
    customs: Connection, send: Callable[..., None], paper: str, changes: dict[str, str], code: str
) -> None:
    trade = import_trade("B" + code)
    name, head, lines = trade[paper]
    trade[paper] = (name, {**head, **changes}, lines)
    send(*trade.values())
    desk.work(customs, NOW)
    statuses = [(status, info) for message, status, info in receipts(customs) if message == "CEB622"]
    assert statuses[-1][0] == "100"
    assert f"Code:{code};" in statuses[-1][1]


def test_the_yearly_limit_is_kept_per_buyer(customs: Connection, send: Callable[..., None]) -> None:
    for n in range(6):  # 6 × 4,800 would be 28,800; the sixth goes over 26,000
        send(*import_trade(f"C{n}", price=Decimal(4800), hs="8516799000").values())
        desk.work(customs, NOW)
    told = receipts(customs)
    assert of("CEB622", told).count("800") == 5
    (refused,) = [info for message, status, info in told if message == "CEB622" and status == "100"]
    assert "1313" in refused
    assert "28,800" in refused


def test_the_same_transport_message_is_delivered_once(customs: Connection, send: Callable[..., None]) -> None:
    body = wrap(DxpMsg(
        message_id="X1", sender=PLATFORM, receivers=[IMPORT], created=NOW, message_type="CEB311Message", data=b"<a/>",
        file_name="", keys={},
    ))  # fmt: skip
    assert [node.send(customs, body)[1] for _ in range(2)] == ["delivered", "delivered before"]
    assert len(node.receive(customs, IMPORT, 10)) == 1


def test_a_message_that_breaks_the_format_is_answered_by_900(customs: Connection, send: Callable[..., None]) -> None:
    body = wrap(DxpMsg(
        message_id="X2", sender=PLATFORM, receivers=[IMPORT], created=NOW, message_type="CEB311Message",
        data=b"<CEB311Message/>", file_name="", keys={},
    ))  # fmt: skip
    node.send(customs, body)
    desk.work(customs, NOW)
    ((message, status, _),) = receipts(customs)
    assert (message, status) == ("CEB900", "-999999")


def test_an_unsigned_declaration_is_refused_and_a_draft_is_stored(
    customs: Connection, send: Callable[..., None]
) -> None:
    trade = import_trade("D1")
    send(trade["order"], signed=False)
    name, head, lines = trade["payment"]
    send((name, {**head, "appStatus": "1"}, lines), signed=False)
    desk.work(customs, NOW)
    told = receipts(customs)
    assert ("CEB900", "-301020") in [(message, status) for message, status, _ in told]
    assert of("CEB412", told) == ["1"]


def test_a_later_run_with_an_older_time_changes_nothing(customs: Connection, send: Callable[..., None]) -> None:
    trade = import_trade("E1")
    name, head, lines = trade["order"]
    send((name, head, lines))
    desk.work(customs, NOW)
    send((name, {**head, "appTime": "20210101000000", "acturalPaid": "1"}, lines))
    desk.work(customs, NOW)
    send(trade["payment"], trade["waybill"], trade["list"])
    desk.work(customs, NOW)
    assert "800" in of("CEB622", receipts(customs))


def test_faults_on_demand(customs: Connection, send: Callable[..., None]) -> None:
    send(*import_trade("F1").values())
    desk.work(customs, NOW)
    told = receipts(customs, reorder=True, repeat=1.0)
    assert of("CEB622", told) == ["899", "899", "800", "800", "120", "120", "2", "2"]
    faults.change(customs, {"review": 1.0, "inspection": 1.0})
    send(*import_trade("F2").values())
    desk.work(customs, NOW)
    assert of("CEB622", receipts(customs)) == ["2", "120", "300", "500", "800", "899"]
    with pytest.raises(ValueError, match="unknown field"):
        faults.change(customs, {"explode": True})


def test_bills_are_summed_up_when_the_window_opens(customs: Connection, send: Callable[..., None]) -> None:
    send(*import_trade("G1").values())
    desk.work(customs, NOW)
    receipts(customs)
    assert bills.sum_up(customs, NOW.date() + timedelta(days=30)) == 0
    assert bills.sum_up(customs, NOW.date() + timedelta(days=31)) == 1
    ((message, status, _),) = receipts(customs, NOW + timedelta(days=31))
    assert (message, status) == ("CEB818", "2")


def test_demo_firms_pay_inside_the_window_and_tell_once(customs: Connection, send: Callable[..., None]) -> None:
    send(*import_trade("P1").values())
    send(*import_trade("P2").values())
    desk.work(customs, NOW)
    receipts(customs)
    on = payments.pay_day(NOW.date(), 31, 45)
    assert timedelta(days=31) <= on - NOW.date() <= timedelta(days=45)
    bills.sum_up(customs, on)
    receipts(customs, NOW)
    before = datetime.combine(on - timedelta(days=1), NOW.time(), SHANGHAI)
    assert payments.pay_due(customs, before) == 0
    later = before + timedelta(days=1)
    assert payments.pay_due(customs, later) == 2
    assert payments.pay_due(customs, later) == 0
    notices = [unwrap(raw) for _, raw in node.receive(customs, PLATFORM, 100)]
    told = [json.loads(one.data) for one in notices if one.sender == TAX_PAYMENT]
    assert len(told) == 1 and len(told[0]["taxNos"]) == 2 and told[0]["paidOn"] == on.isoformat()
    owed = customs.execute("SELECT sum((data ->> 'total')::numeric) FROM simulators.customs_bill").fetchone()
    assert owed is not None and Decimal(told[0]["amount"]) == owed[0] > 0


def test_the_share_nobody_pays_tells_nothing(customs: Connection, send: Callable[..., None]) -> None:
    send(*import_trade("P3").values())
    desk.work(customs, NOW)
    receipts(customs)
    late = NOW + timedelta(days=60)
    bills.sum_up(customs, late.date())
    assert payments.pay_due(customs, late, unpaid=1.0) == 1
    assert not [raw for _, raw in node.receive(customs, PLATFORM, 100) if unwrap(raw).sender == TAX_PAYMENT]


def test_a_subscriber_gets_data_and_receipts(customs: Connection) -> None:
    data = b"<m><BaseSubscribe><status>ALL</status><dxpMode>DXP</dxpMode><dxpAddress>DXPENT0003600001</dxpAddress></BaseSubscribe></m>"
    assert node.subscribers(data, "DATA") == node.subscribers(data, "RET") == ["DXPENT0003600001"]
    assert node.subscribers(data.replace(b"ALL", b"RET"), "DATA") == []


@pytest.mark.parametrize(("status", "copies", "told"), [("ALL", 1, 2), ("DATA", 1, 0), ("RET", 0, 2)])
def test_a_firm_that_sends_itself_lets_the_platform_read_along(
    customs: Connection, signer: PemSigner, status: str, copies: int, told: int
) -> None:
    firm = "DXPENT3601900031"
    name, head, lines = import_trade("SU1")["order"]
    xml = build(
        name, [(head, lines)], edition="2018", guid=str(uuid.uuid4()).upper(),
        transfer={"copCode": "3601900031", "copName": "SYNTHETIC", "dxpMode": "DXP", "dxpId": firm},
        subscribes=[{"status": status, "dxpMode": "DXP", "dxpAddress": PLATFORM}],
    )  # fmt: skip
    data = sign(xml, signer)
    node.send(customs, wrap(DxpMsg(
        message_id="SU1", sender=firm, receivers=[IMPORT], created=NOW, message_type=name, data=data,
    )))  # fmt: skip
    kept = [unwrap(raw, node.MAX_BYTES) for _, raw in node.receive(customs, PLATFORM, 10)]
    assert [(one.sender, one.data) for one in kept] == [(firm, data)] * copies
    node.acknowledge(customs, PLATFORM, [number for number, _ in node.receive(customs, PLATFORM, 10)])
    desk.work(customs, NOW)
    assert [status for _, status, _ in receipts(customs)] == ["2", "120"][:told]
    own = [unwrap(raw, node.MAX_BYTES) for _, raw in node.receive(customs, firm, 10)]
    assert [one.sender for one in own] == [IMPORT]
    assert own[0].message_type == "CEB312Message"


def test_the_sign_on_knows_only_whom_it_was_told(customs: Connection) -> None:
    signon.register(customs, "op1", "123456", {"name": "演示", "enterprise": "3601900001"})
    assert signon.sign_on(customs, "op1", "000000") is None
    assert signon.sign_on(customs, "nobody", "123456") is None
    assert signon.sign_on(customs, "op1", "123456") == {"name": "演示", "enterprise": "3601900001"}


def test_the_platforms_roles_cannot_look_into_the_counterparts(flood_connect: Callable[[], Connection]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        flood_connect().execute("SELECT 1 FROM simulators.customs_buyer")


def test_several_messages_are_taken_in_one_go_each_once_and_each_answered(customs: Connection) -> None:
    def told(number: str, receiver: str = IMPORT) -> bytes:
        return wrap(DxpMsg(
            message_id=number, sender=PLATFORM, receivers=[receiver], created=NOW, message_type="x", data=number.encode(),
        ))  # fmt: skip

    node.send(customs, told("old"))
    answers = node.send_all(customs, [told("b"), told("old"), b"<x/>", told("a"), told("c", "nobody"), told("a")])
    assert [code for code, _ in answers] == ["0000", "0000", "0002", "0000", "2001", "0000"]
    assert [text for _, text in answers if text.startswith("deliv")] == [
        "delivered", "delivered before", "delivered", "delivered before",
    ]  # fmt: skip
    laid = [unwrap(raw, node.MAX_BYTES).data for _, raw in node.receive(customs, IMPORT, 10)]
    assert laid == [b"old", b"b", b"a"]
