"""Subscriptions: one line makes a copy, and a wrong line is named."""

from __future__ import annotations

import pytest

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.subscribe import Subscription, check, read, subscribers
from pilotzone.exchange.formats.tests.making import DAYS, made

ZONE = Subscription("DXPENT0000099999")
RECEIPTS = Subscription("DXPENT0000000002", status="RET", note="仅回执")


def test_the_line_of_a_subscription_is_in_schema_order() -> None:
    assert list(ZONE.as_dict().items()) == [
        ("status", "ALL"),
        ("dxpMode", "DXP"),
        ("dxpAddress", "DXPENT0000099999"),
    ]
    assert read([ZONE.as_dict(), RECEIPTS.as_dict()]) == [ZONE, RECEIPTS]


def test_data_and_receipts_go_to_those_who_asked() -> None:
    nodes = [ZONE.as_dict(), RECEIPTS.as_dict(), Subscription("D3", status="DATA").as_dict(), ZONE.as_dict()]
    assert subscribers(nodes, receipts=False) == ("DXPENT0000099999", "D3")
    assert subscribers(nodes, receipts=True) == ("DXPENT0000099999", "DXPENT0000000002")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": "all"}, "code.subscribe_status"),
        ({"status": ""}, "code.subscribe_status"),
        ({"dxpMode": "AXP"}, "code.subscribe_mode"),
        ({"dxpAddress": " "}, "rule.subscribe_address"),
    ],
)
def test_a_wrong_line_is_named_and_left_out(change: dict[str, str], code: str) -> None:
    found = check([RECEIPTS.as_dict(), ZONE.as_dict() | change])
    assert [(one.code, one.path.partition("/")[0]) for one in found] == [(code, "BaseSubscribe[2]")]
    if code != "rule.subscribe_address":
        assert read([ZONE.as_dict() | change]) == []


def test_an_empty_node_has_three_findings() -> None:
    assert len(check([{}])) == 3


@pytest.mark.parametrize("documents", [1, 3])
@pytest.mark.parametrize("form", ["regular", "foreign prefix"])
def test_a_wrong_line_is_a_warning_of_the_message_with_its_place(form: str, documents: int) -> None:
    told = [ZONE.as_dict(), RECEIPTS.as_dict() | {"status": "every"}]
    raw = made("CEB311", documents=[example_document(message("CEB311", "2018"))] * documents, subscribes=told)
    if form != "regular":
        raw = raw.replace(b"<ceb:", b"<c:").replace(b"</ceb:", b"</c:").replace(b"xmlns:ceb", b"xmlns:c")
    parsed = parse(raw, edition="2018", on=DAYS["2018"])
    assert not [one for one in parsed.findings if "BaseSubscribe" in one.path], "it refuses no document"
    (found,) = parsed.warnings
    assert (found.code, found.path) == ("code.subscribe_status", "/CEB311Message/BaseSubscribe[2]/status")
    assert b"every" in b"".join(raw.splitlines(keepends=True)[found.line - 1 : found.line + 1])


@pytest.mark.parametrize("change", [{"dxpMode": "LXP"}, {"dxpAddress": "DXPENT0000000002"}])
def test_a_local_transport_and_the_same_subscriber_twice_are_no_faults(change: dict[str, str]) -> None:
    raw = made("CEB311", subscribes=[RECEIPTS.as_dict(), ZONE.as_dict() | change])
    parsed = parse(raw, edition="2018", on=DAYS["2018"])
    assert [one.path for one in [*parsed.findings, *parsed.warnings] if "BaseSubscribe" in one.path] == []


@pytest.mark.parametrize("before", [b"<!-- <ceb:BaseSubscribe> -->", b""])
def test_where_lines_cannot_be_told_apart_none_is_named(before: bytes) -> None:
    told = [ZONE.as_dict() | {"status": "every"}]
    raw = made("CEB311", subscribes=told)
    at = raw.index(b"<ceb:BaseSubscribe")
    raw = raw[:at] + before + b"\n" + raw[at:]
    (found,) = parse(raw, edition="2018", on=DAYS["2018"]).warnings
    assert (found.line > 0) == (not before)
