"""Subscriptions: one line makes a copy, and a wrong line is named."""

from __future__ import annotations

import pytest

from pilotzone.exchange.formats.subscribe import Subscription, check, read, subscribers

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
        ({"dxpMode": "LXP"}, "code.subscribe_mode"),
        ({"dxpAddress": " "}, "rule.subscribe_address"),
        ({"dxpAddress": "DXPENT0000000002"}, "rule.subscribe_address"),
    ],
)
def test_a_wrong_line_is_named_and_left_out(change: dict[str, str], code: str) -> None:
    found = check([RECEIPTS.as_dict(), ZONE.as_dict() | change])
    assert [(one.code, one.path.partition("/")[0]) for one in found] == [(code, "BaseSubscribe[2]")]
    if code != "rule.subscribe_address":
        assert read([ZONE.as_dict() | change]) == []


def test_an_empty_node_has_three_findings() -> None:
    assert len(check([{}])) == 3
