"""Customs is away: the operator puts a letter aside, sends it again when customs is back, and the list is released."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.dealing import KINDS, signers, story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


@pytest.fixture
def away(zone: Zone) -> Iterator[None]:
    """The simulated customs answers nothing, until the test or its end says `back`."""
    assert zone.run("simulate", "set", "customs", "down=yes").returncode == 0
    yield
    back(zone)


def back(zone: Zone) -> None:
    assert zone.run("simulate", "set", "customs", "down=no").returncode == 0


def act(visitor: Visitor, button: str, reason: str) -> None:
    """Press a button of the letter's page with this reason."""
    visitor.page.locator("input[name=reason]").fill(reason)
    visitor.page.get_by_role("button", name=button, exact=True).click()
    visitor.page.wait_for_load_state()


def test_a_letter_put_aside_is_sent_again_and_its_list_released(visitor: Visitor, zone: Zone, away: None) -> None:
    made, keys = story(9_400_001), signers(zone.home)
    for kind in KINDS:
        assert zone.post(made.message(kind, keys))[0] == 202
    until(lambda: "sent" in zone.stages(made.deal.number), "the list in the outbox")
    visitor.play("operator")
    visitor.until_says("/platform/letters/?state=queued&kind=CEB621Message", "channel.dxp.away: 数据交换平台暂时不可用")
    visitor.page.locator("table.rows tbody a").first.click()
    visitor.page.wait_for_load_state()
    where = visitor.page.url.removeprefix(zone.url)
    act(visitor, "搁置", "")
    assert "exchange.letter.reason" in visitor.text()
    act(visitor, "搁置", "对方停机维护（合成）")
    assert "待发送 → 已搁置 对方停机维护（合成）" in visitor.text()
    visitor.look("letter-aside")
    back(zone)
    until(
        lambda: visitor.go("/platform/letters/?state=queued").locator("table.rows tbody a").count() == 0, "the others"
    )
    stages = zone.stages(made.deal.number)
    assert stages and "released" not in stages, "what was put aside is not sent by itself"
    visitor.go(where)
    act(visitor, "重新发送", "对方已恢复（合成）")
    assert "已搁置 → 待发送 对方已恢复（合成）" in visitor.text()
    until(lambda: "released" in zone.stages(made.deal.number), f"the release of {made.deal.number}")
    visitor.until_says(where, "已答复")
    visitor.look("letter-answered")
