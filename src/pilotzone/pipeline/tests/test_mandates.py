"""代理授权 in the flood: who is not entrusted is refused with code and sentence, from the next message on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade
from pilotzone.rooms.clearance import api

CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """The test firms in a database of this module's own."""
    return standing_zone


@pytest.fixture(autouse=True)
def _none_left(zone: Bench) -> Iterator[None]:
    yield
    zone.connection.execute("DELETE FROM clearance_mandate")
    zone.connection.commit()


def firm(zone: Bench, role: str) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms[role], role=role)


def give(
    zone: Bench, principal: str, agent: str, *kinds: str, since: date | None = None, until: date | None = None
) -> int:
    with scope(firm(zone, principal)):
        return api.give_mandate(
            principal=zone.firms[principal], agent=zone.firms[agent], kinds=kinds, undertaking="协议1",
            since=since or clock.today(), until=until,
        )  # fmt: skip


def sent(zone: Bench, number: str, kind: str = "list", sender: str = "") -> tuple[str, list[str]]:
    """What the pipeline says of a document, by a worker that has not read the mandates before."""
    trade = Trade(number, at=datetime.now(UTC) - timedelta(minutes=5))
    zone.pipeline.registry.refresh(zone.connection.cursor(), force=True)
    (receipt,) = zone.send(zone.paper(trade, kind, sender=sender))
    ((state, findings),) = zone.results(receipt)
    zone.connection.commit()
    return state, [one["code"] for one in findings]


def test_a_seller_that_names_nobody_is_declared_for_by_any_declarant(zone: Bench) -> None:
    assert sent(zone, "M1") == ("accepted", [])


def test_a_declarant_that_is_not_named_is_refused(zone: Bench) -> None:
    zone.connection.execute(
        "UPDATE kernel_organisation SET roles = '[\"agent\"]' WHERE id = %s", (zone.firms["stranger"],)
    )
    zone.connection.commit()
    other = give(zone, "ebc", "stranger", "list")
    assert sent(zone, "M2") == ("refused", ["rule.sender.entrusted"])
    own = give(zone, "ebc", "agent", "list")
    assert sent(zone, "M3") == ("accepted", [])
    with scope(firm(zone, "ebc")):
        api.revoke_mandate(number=own, reason="合作结束")
        api.revoke_mandate(number=other, reason="合作结束")
    assert sent(zone, "M4") == ("refused", ["rule.sender.entrusted"]), "who named declarants once goes on naming them"


def test_a_mandate_counts_from_its_first_day_to_its_last(zone: Bench) -> None:
    today = clock.today()
    give(zone, "pay", "logi", "payment", since=today + timedelta(2))
    assert sent(zone, "M5", "payment", "logi") == ("refused", ["rule.sender.right"])
    give(zone, "pay", "logi", "payment", since=today, until=today)
    assert sent(zone, "M6", "payment", "logi") == ("accepted", [])


def test_a_revoked_mandate_counts_no_more(zone: Bench) -> None:
    number = give(zone, "pay", "logi", "payment")
    assert sent(zone, "M7", "payment", "logi") == ("accepted", [])
    with scope(firm(zone, "pay")):
        api.revoke_mandate(number=number, reason="到此为止")
    assert sent(zone, "M8", "payment", "logi") == ("refused", ["rule.sender.right"])


def test_both_sides_and_customs_see_it_and_nobody_else(zone: Bench) -> None:
    number = give(zone, "pay", "logi", "payment", until=clock.today() + timedelta(9))
    for actor, side in ((firm(zone, "pay"), "given"), (firm(zone, "logi"), "held"), (CUSTOMS, "others")):
        with scope(actor):
            one = api.access_mandate(number)
            assert (one["side"], one["state"], one["days_left"], one["soon"]) == (side, "running", 9, True)
            assert [row["id"] for row in api.listed_mandates({"query": FIRMS["logi"]})["rows"]] == [number]
    with scope(firm(zone, "ebc")):
        assert api.listed_mandates()["rows"] == []
        with pytest.raises(Denied):
            api.access_mandate(number)
    with scope(firm(zone, "logi")), pytest.raises(Denied, match="clearance.mandate.own"):
        api.revoke_mandate(number=number, reason="x")
    with scope(firm(zone, "logi")), pytest.raises(Denied, match="clearance.mandate.own"):
        api.give_mandate(
            principal=zone.firms["pay"],
            agent=zone.firms["logi"],
            kinds=["payment"],
            undertaking="x",
            since=clock.today(),
        )


def test_a_mandate_revoked_after_midnight_had_begun_that_day(zone: Bench) -> None:
    """In Nanchang it is the 5th while the database's clock, in UTC, still says the 4th."""
    number = give(zone, "pay", "logi", "payment")
    with scope(firm(zone, "pay")):
        api.revoke_mandate(number=number, reason="到此为止")
    told = "UPDATE clearance_mandate SET valid_from = '2021-01-05', revoked_at = '2021-01-04 17:00+00' WHERE id = %s"
    zone.connection.execute(told, (number,))
    zone.connection.commit()
    with scope(firm(zone, "pay")):
        assert [line["what"] for line in api.access_mandate(number)["history"]] == ["given", "began", "revoked"]


def test_the_lists_filters_and_history_tell_how_it_ended(zone: Bench) -> None:
    number = give(zone, "pay", "logi", "payment")
    later = give(zone, "pay", "agent", "payment", since=clock.today() + timedelta(3))
    with scope(firm(zone, "pay")):
        api.revoke_mandate(number=number, reason="到此为止")
        found = {
            state: [r["id"] for r in api.listed_mandates({"state": state})["rows"]]
            for state in ("running", "coming", "ended", "revoked")
        }
        assert found == {"running": [], "coming": [later], "ended": [], "revoked": [number]}
        assert [r["id"] for r in api.listed_mandates({"side": "held"})["rows"]] == []
        history = api.access_mandate(number)["history"]
        assert [line["what"] for line in history] == ["given", "began", "revoked"]
        assert history[-1]["reason"] == "到此为止"
        with pytest.raises(Refused, match="clearance.mandate.over"):
            api.revoke_mandate(number=number, reason="again")
        with pytest.raises(Refused, match="clearance.mandate.reason"):
            api.revoke_mandate(number=later, reason=" ")


def test_what_is_unlawful_is_refused_by_its_code(zone: Bench) -> None:
    today = clock.today()
    give(zone, "pay", "logi", "payment", until=today + timedelta(9))
    for agent, kinds, since, until, code in (
        ("logi", ["payment"], today + timedelta(9), None, "clearance.mandate.again"),
        ("agent", [], today, None, "clearance.mandate.request"),
        ("agent", ["waybill"], today, None, "clearance.mandate.request"),
        ("agent", ["list"], today, None, "clearance.mandate.kinds"),
        ("ebc", ["payment"], today, None, "clearance.mandate.kinds"),
        ("agent", ["payment"], today - timedelta(1), None, "clearance.mandate.days"),
        ("agent", ["payment"], today, today - timedelta(1), "clearance.mandate.days"),
    ):
        with pytest.raises(Refused, match=code):
            give(zone, "pay", agent, *kinds, since=since, until=until)
