"""A letter is sent until it is taken or refused; who is away is asked again later, not more often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange import inbox, outbox, receipts
from pilotzone.exchange.formats.envelope import unwrap
from pilotzone.exchange.outbox import Letter
from pilotzone.exchange.receipts import Receipt
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope

Connect = Callable[[], psycopg.Connection[Any]]
TEXTS = {"code": "channel.x", "zh": "对方不可用", "en": "The other side is away"}


@dataclass
class Counterpart:
    """Takes letters, refuses them or is away, as told."""

    problem: Exception | None = None
    got: list[bytes] = field(default_factory=list)
    asked: int = 0

    def send(self, letter: Letter) -> None:
        self.asked += 1
        if self.problem:
            raise self.problem
        self.got.append(letter.body)


def state(connection: psycopg.Connection[Any]) -> list[tuple[str, int]]:
    rows = connection.execute("SELECT state, attempts FROM exchange_outbox ORDER BY id").fetchall()
    connection.commit()
    return rows


def queue(connection: psycopg.Connection[Any], *bodies: bytes) -> list[int]:
    with connection.cursor() as cursor:
        numbers = outbox.enqueue(cursor, [Letter("customs", "CEB621", body, {"orderNo": "A"}) for body in bodies])
    connection.commit()
    return numbers


def come_round(connection: psycopg.Connection[Any]) -> None:
    connection.execute("UPDATE exchange_outbox SET next_try_at = pz_now() WHERE state = 'queued'")
    connection.commit()


def test_letters_are_sent_once_in_their_order(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart()
    queue(connection, b"1", b"2", b"3")
    assert outbox.deliver(connection, customs.send) == 3
    assert outbox.deliver(connection, customs.send) == 0
    assert customs.got == [b"1", b"2", b"3"]
    assert {s for s, _ in state(connection)} == {"sent"}


def test_a_letter_rolled_back_was_never_queued(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart()
    with connection.cursor() as cursor:
        outbox.enqueue(cursor, [Letter("customs", "x", b"1")])
    connection.rollback()
    assert outbox.deliver(connection, customs.send) == 0


def test_who_is_away_is_asked_once_a_round_and_later_again(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart(Unavailable(**TEXTS))
    queue(connection, b"1", b"2")
    outbox.deliver(connection, customs.send)
    assert customs.asked == 1
    assert state(connection) == [("queued", 1), ("queued", 0)]
    assert outbox.deliver(connection, customs.send) == 0
    assert customs.asked == 1, "not before its time"
    customs.problem = None
    come_round(connection)
    assert outbox.deliver(connection, customs.send) == 2


def test_one_counterpart_away_does_not_stop_another(emptied: Connect) -> None:
    connection = emptied()
    with connection.cursor() as cursor:
        outbox.enqueue(cursor, [Letter("customs", "x", b"1"), Letter("tax", "x", b"2"), Letter("customs", "x", b"3")])
    connection.commit()

    def send(letter: Letter) -> None:
        if letter.counterpart == "customs":
            raise Unavailable(**TEXTS)

    assert outbox.deliver(connection, send) == 1
    assert [s for s, _ in state(connection)] == ["queued", "sent", "queued"]


def test_a_refused_letter_is_not_sent_again(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart(Refused(**TEXTS))
    (number,) = queue(connection, b"1")
    outbox.deliver(connection, customs.send)
    come_round(connection)
    outbox.deliver(connection, customs.send)
    assert (customs.asked, state(connection)) == (1, [("failed", 1)])
    customs.problem = None
    with connection.cursor() as cursor:
        assert outbox.requeue(cursor, [number]) == 1
    connection.commit()
    assert outbox.deliver(connection, customs.send) == 1


def test_after_the_last_attempt_a_letter_is_dead_and_counted(emptied: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "MAX_ATTEMPTS", 3)
    connection, customs = emptied(), Counterpart(Unavailable(**TEXTS))
    queue(connection, b"1")
    for _ in range(5):
        come_round(connection)
        outbox.deliver(connection, customs.send)
    assert (customs.asked, state(connection)) == (3, [("dead", 3)])
    with connection.cursor() as cursor:
        assert outbox.counts(cursor) == {"dead": 1}


def test_a_letter_claimed_by_one_sender_is_not_given_to_another(emptied: Connect) -> None:
    one, other = emptied(), emptied()
    queue(one, b"1", b"2")
    with one.cursor() as first, other.cursor() as second:
        assert [d.letter.body for d in outbox.due(first, 1)] == [b"1"]
        assert [d.letter.body for d in outbox.due(second, 5)] == [b"2"]


def test_a_sender_killed_after_claiming_leaves_the_letter_to_the_next(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart()
    queue(connection, b"1")
    with connection.cursor() as cursor:
        outbox.due(cursor)
    connection.commit()
    assert outbox.deliver(connection, customs.send) == 0
    come_round(connection)
    assert outbox.deliver(connection, customs.send) == 1


def test_a_bundle_is_settled_letter_by_letter_and_some_kinds_go_alone(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart()
    queue(connection, b"1", b"2", b"3")
    with connection.cursor() as cursor:
        outbox.enqueue(cursor, [Letter("customs", "upload", b"4")])
    connection.commit()
    bundles: list[list[bytes]] = []

    def together(letters: Sequence[Letter]) -> list[Problem | None]:
        bundles.append([letter.body for letter in letters])
        return [None, Refused(**TEXTS), None]

    bundle = outbox.Bundle(together, frozenset({"upload"}))
    assert outbox.deliver(connection, customs.send, bundle=bundle) == 3
    assert (bundles, customs.got) == ([[b"1", b"2", b"3"]], [b"4"])
    assert [s for s, _ in state(connection)] == ["sent", "failed", "sent", "sent"]


def test_of_a_bundle_nobody_took_one_letter_counts_as_tried(emptied: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BUNDLE_BYTES", 2)
    connection, asked = emptied(), []
    queue(connection, b"1", b"2", b"3")

    def together(letters: Sequence[Letter]) -> list[Problem | None]:
        asked.append(len(letters))
        raise Unavailable(**TEXTS)

    assert outbox.deliver(connection, Counterpart().send, bundle=outbox.Bundle(together)) == 0
    assert asked == [2], "who is away is asked once a round"
    assert state(connection) == [("queued", 1), ("queued", 0), ("queued", 0)]


def test_letters_enclose_kept_messages_of_several_groups(emptied: Connect) -> None:
    connection, customs = emptied(), Counterpart()
    keys = {"sender": "DXPENT0000000001", "receiver": "DXPEDCCEB0000002", "sent": "2021-06-18T10:00:00+08:00"}
    with connection.transaction():
        for body in (b"<a/>", b"<b/>"):
            inbox.keep_one(connection, body, channel="http")
    numbers = [row[0] for row in connection.execute("SELECT id FROM exchange_inbox ORDER BY id").fetchall()]
    with connection.cursor() as cursor:
        letters = [Letter("customs", "CEB311Message", keys=keys | {"reference": str(n)}, enclosed=n) for n in numbers]
        outbox.enqueue(cursor, letters)
    connection.commit()
    assert outbox.deliver(connection, customs.send) == 2
    assert [unwrap(body).data for body in customs.got] == [b"<a/>", b"<b/>"]


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    assert [outbox.wait_after(n) for n in (1, 2, 3, 9, 10, 1000)] == [2, 4, 8, 512, 900, 900]


@pytest.mark.django_db
def test_letters_are_the_platforms_and_receipts_the_firms() -> None:
    official = Receipt(
        1, "CEB622Message", "36012021I000000001", "800", datetime(2021, 11, 11, tzinfo=UTC), "放行", "<r></r>"
    )
    with scope(PLATFORM), django_connection.cursor() as cursor:
        outbox.enqueue(cursor, [Letter("customs", "CEB621", b"secret")])
        receipts.write(cursor, [official])
    with scope(Actor(kind=ENTERPRISE, organisation=1)), django_connection.cursor() as cursor:
        assert outbox.counts(cursor) == {}
        ((number, mine),) = receipts.after(cursor, 1, mark=True)
        assert mine == official
        assert receipts.after(cursor, 1, after=number) == []
        cursor.execute("SELECT fetched_at IS NOT NULL FROM exchange_receipt")
        assert cursor.fetchall() == [(True,)]
    with scope(Actor(kind=ENTERPRISE, organisation=2)), django_connection.cursor() as cursor:
        assert receipts.after(cursor, 1) == []
