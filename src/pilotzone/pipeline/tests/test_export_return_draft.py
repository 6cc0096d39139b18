"""An export return written from the record: offered with its last day, filled, edited where the way back is another, kept as a draft."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.exports import Export
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.rooms.clearance import api

BACK = {"reason": "买家拒收", "billNo": "BACK1", "trafName": "CA2", "voyageNo": "CA2"}


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """Two export lists released on 1 March 2021; it is the day after."""
    standing_zone.set_clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
    for number in ("1", "2"):
        Export(number).release(standing_zone)
    standing_zone.set_clock(datetime(2021, 3, 2, 2, tzinfo=UTC))
    standing_zone.connection.commit()
    clock.forget()
    return standing_zone


def trade(zone: Bench, number: str) -> int:
    ((found,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = %s", f"XO{number}")
    return int(found)


def agent(zone: Bench) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms["agent"], role="agent")


def test_it_is_offered_filled_corrected_and_kept(zone: Bench) -> None:
    with scope(agent(zone)):
        offers = {(one["verb"], one["kind"]): one for one in api.change_offers(trade(zone, "1"))}
        back = offers["return", "list"]
        assert back["allowed"] and back["message"] == "CEB213Message" and back["until"] == date(2022, 3, 1)
        assert offers["cancel", "list"]["why"]["code"] == "rule.cancel.released"
        number = api.begin_change(trade=trade(zone, "1"), verb="return", kind="list")
        told = api.access_change(number)
        assert told["head"]["ieFlag"] == "I" and told["head"]["coElNo"].startswith("T") and "copNo" not in told["head"]
        assert told["lines"][0]["values"]["qty"] == "2" and {"trafName", "reason"} <= set(told["editable"])
        revision = api.save_change(number=number, revision=told["revision"], head={**BACK, "customsCode": "2900"})
        assert "rule.export_return.district" in [one["code"] for one in api.access_change(number)["findings"]]
        with pytest.raises(Refused):
            api.keep_change(number=number)
        api.save_change(number=number, revision=revision, head={"customsCode": "4006"}, lines={0: {"qty": "1"}})
        assert api.access_change(number)["findings"] == []
        api.keep_change(number=number)
    zone.connection.commit()
    while zone.work().messages:
        pass
    zone.connection.commit()
    with scope(agent(zone)):
        assert [one["message"] for one in api.drafts()["rows"]] == ["CEB213Message"]
