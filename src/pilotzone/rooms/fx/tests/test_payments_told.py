"""付汇 followed by its number: the firm's subscription is told each state, /track/ shows who holds it now to who may see it."""

from __future__ import annotations

import pytest
from django.db import connection

from pilotzone.exchange.webhooks import ledger
from pilotzone.kernel import vault
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.tests.test_desk import Desk, refuses
from pilotzone.rooms.fx.tests.test_payments import ask, decide, paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def subscribe(organisation: int) -> int:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_hook (organisation_id, url, kinds, secret) VALUES (%s, 'https://hook.example/in', %s, %s)"
            " RETURNING id",
            (organisation, [ledger.PAYMENT], vault.seal(b"whsec_", ledger.TABLE)),
        )
        hook = int(cursor.fetchone()[0])
        cursor.execute(
            "INSERT INTO exchange_hook_cursor (hook_id, organisation_id) VALUES (%s, %s)", (hook, organisation)
        )
    return hook


def told(hook: int) -> list[str]:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT note FROM exchange_delivery WHERE hook_id = %s ORDER BY id", (hook,))
        return [row[0] for row in cursor.fetchall()]


def test_each_state_is_pushed_to_the_firm_alone(desk: Desk) -> None:
    own, stranger = subscribe(desk.firm), subscribe(desk.stranger)
    held = ask(desk)["id"]
    ask(desk)
    decide(desk, held, "ask")
    ask(desk, vouchers=[])
    decide(desk, held)
    found = told(own)
    assert [state for note in found for state in ("applied", "asked", "paid") if f'"state":"{state}"' in note] == [
        "applied", "asked", "applied", "paid",
    ]  # fmt: skip
    assert all(f'"id":{held}' in note and '"number":"P1"' in note for note in found)
    assert told(stranger) == []


def test_its_life_names_who_holds_it_now(desk: Desk) -> None:
    held = ask(desk)["id"]
    ask(desk, who=desk.stranger, vouchers=[paper("INV-9")])
    decide(desk, held, "ask")
    with desk.as_firm():
        (life,) = api.payment_lives("P1")
    assert (life["id"], life["state"], life["holder"]) == (held, "asked", "ebc")
    assert [(line["state"], line["holder"]) for line in life["lines"]] == [("applied", "bank"), ("asked", "ebc")]
    ask(desk, vouchers=[])
    decide(desk, held)
    with desk.as_firm():
        (life,) = api.payment_lives("P1")
    assert (life["state"], life["holder"], len(life["lines"])) == ("paid", "", 4)
    assert all(line["zh"] and line["en"] for line in life["lines"])
    with desk.as_bank():
        assert len(api.payment_lives("P1")) == 2
    with scope(NOBODY):
        assert api.payment_lives("P1") == []


def test_an_application_that_is_refused_is_not_told(desk: Desk) -> None:
    hook = subscribe(desk.firm)
    with refuses("rule.fx.pay.field"):
        ask(desk, number=" ")
    assert told(hook) == []
