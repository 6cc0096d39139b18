"""A message refused as a whole is read where its sender works: its row opens, and the trade's faults name it."""

from __future__ import annotations

import pytest

from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade
from pilotzone.portal.desks.tests.test_changes_page import clerk
from pilotzone.portal.desks.tests.test_summaries_page import page


@pytest.fixture(scope="module")
def refused(standing_zone: Bench) -> tuple[int, int]:
    """The numbers of a trade that has its list, and of the order's message, refused for its sum."""
    trade = Trade("REFUSED1")
    standing_zone.set_clock(trade.at)
    standing_zone.send(standing_zone.paper(trade, "list"))
    standing_zone.send(standing_zone.paper(trade, "order", acturalPaid="1.00"))
    standing_zone.connection.commit()
    ((number,),) = standing_zone.rows("SELECT id FROM clearance_trade WHERE order_no = %s", "ORDER-REFUSED1")
    ((message,),) = standing_zone.rows("SELECT id FROM clearance_message WHERE state = 'refused'")
    return int(number), int(message)


def told(shown: str, code: str) -> None:
    """A page that says why: code, whose error, source."""
    assert code in shown and "责任方" in shown and "电商平台" in shown and "依据" in shown
    assert "没有发现问题" not in shown


def test_the_row_opens_and_says_why(standing_zone: Bench, refused: tuple[int, int]) -> None:
    _, message = refused
    code = reason(standing_zone)
    sender, where = clerk(standing_zone, "ebp"), f"/enterprise/messages/{message}/"
    assert f'href="{where}"' in page(sender, "/enterprise/messages/")
    shown = page(sender, where)
    told(shown, code)
    assert "ORDER-REFUSED1" in shown and "未受理" in shown


def test_the_trades_faults_name_it_to_its_sender_until_the_order_is_there(
    standing_zone: Bench, refused: tuple[int, int]
) -> None:
    number, message = refused
    shown = page(clerk(standing_zone, "ebp"), f"/enterprise/trades/{number}/")
    told(shown, reason(standing_zone))
    assert f'href="/enterprise/messages/{message}/"' in shown
    standing_zone.send(standing_zone.paper(Trade("REFUSED1"), "order"))
    standing_zone.connection.commit()
    assert reason(standing_zone) not in page(clerk(standing_zone, "ebp"), f"/enterprise/trades/{number}/")


def test_nobody_else_opens_it(standing_zone: Bench, refused: tuple[int, int]) -> None:
    _, message = refused
    other = clerk(standing_zone, "agent")
    for number in (message, message + 1, 2**63, 2**80):
        assert other.get(f"/enterprise/messages/{number}/").status_code == 404
    assert FIRMS["ebp"] not in page(other, "/enterprise/messages/")


def reason(zone: Bench) -> str:
    """The code of the first reason."""
    ((code,),) = zone.rows("SELECT reasons->0->>'code' FROM clearance_document WHERE state = 'refused'")
    return str(code)
