"""物流企业仿真: the operator books, moves and exports parcels; what cannot be is said; nobody else enters."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.desks.tests.test_simulators import Connection, SignedIn, counterparts

__all__ = ["counterparts"]  # a fixture
pytestmark = pytest.mark.django_db
WHERE = "/platform/simulators/carriers/"
TYPED = {
    "carrier": "36019600LG", "order_no": "O-1", "goods": "陶瓷杯", "freight": "12.00", "insurance": "2.30",
    "surcharge": "1.50", "weight_kg": "1.25", "pieces": "1", "direction": "import", "name": "合成人",
}  # fmt: skip


def only(connection: Connection) -> tuple[str, str, dict[str, Any]]:
    rows = connection.execute("SELECT number, state, data FROM simulators.carrier_parcel").fetchall()
    (row,) = rows
    return row  # type: ignore[no-any-return]


def test_the_operator_books_moves_and_exports(signed_in: SignedIn, counterparts: Connection) -> None:
    operator = signed_in("operator", "eport")
    assert "还没有物流企业" in operator.get(WHERE).content.decode()
    assert operator.post(WHERE + "book/", TYPED).status_code == 302
    number, state, data = only(counterparts)
    assert (state, data["consignee"]["name"]) == ("created", "合成人")
    page = operator.get(WHERE).content.decode()
    assert (
        number in page
        and "已下单" in page
        and "15.80" in page
        and "物流企业 36019600LG" in operator.get("/platform/simulators/").content.decode()
    )
    told = operator.post(WHERE + "36019600LG/move/", {"chosen": [number], "action": "accepted"}, follow=True)
    assert only(counterparts)[1] == "accepted" and "1 票已揽收" in told.content.decode()
    told = operator.post(WHERE + "36019600LG/move/", {"chosen": [number], "action": "signed"}, follow=True)
    assert only(counterparts)[1] == "accepted" and "不能签收" in told.content.decode()
    told = operator.post(WHERE + "36019600LG/move/", {"action": "signed"}, follow=True)
    assert "没有选择运单" in told.content.decode()
    exported = operator.get(WHERE, {"as": "csv", "carrier": "36019600LG", "q": "O-1"}).content.decode()
    assert number in exported and "已揽收 南昌" in exported
    assert number not in operator.get(WHERE, {"as": "csv", "state": "signed"}).content.decode()
    with scope(PLATFORM):
        trail = audit.trail("simulator", "carrier:36019600LG")
    assert [one["action"] for one in trail] == ["simulator.move", "simulator.book"]
    assert json.loads(trail[1]["after"]) == {"parcel": number}


def test_what_is_not_in_order_is_named_and_stays_typed(signed_in: SignedIn, counterparts: Connection) -> None:
    operator = signed_in("operator", "eport")
    for wrong, code in (({"freight": "viel"}, "simulate.parcel"), ({"carrier": "x y"}, "simulate.carrier")):
        answer = operator.post(WHERE + "book/", TYPED | wrong)
        page = answer.content.decode()
        assert answer.status_code == 422 and code in page and next(iter(wrong.values())) in page and "陶瓷杯" in page
    answer = operator.post(WHERE + "36019600LG/move/", {"chosen": ["1"], "action": "lost"})
    assert answer.status_code == 422 and "simulate.parcel" in answer.content.decode()
    assert counterparts.execute("SELECT count(*) FROM simulators.carrier_parcel").fetchone() == (0,)


def test_nobody_else_enters_and_a_real_zone_has_none(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for role, body in (("zone_officer", "zone"), ("ebp", "甲公司")):
        assert signed_in(role, body).get(WHERE).status_code == 403
        assert signed_in(role, body).post(WHERE + "book/", TYPED).status_code == 403
    operator = signed_in("operator", "eport")
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "http://127.0.0.1:1")
    assert "simulate.away" in operator.get(WHERE).content.decode()
    monkeypatch.setattr(clock, "is_demo", lambda: False)
    assert operator.get(WHERE).status_code == 404 and operator.post(WHERE + "book/", TYPED).status_code == 404
