"""The inbox keeps what came, gives each message to a worker once, and shows a firm its own only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection

from pilotzone.exchange import inbox, results
from pilotzone.exchange.inbox import Incoming
from pilotzone.exchange.results import Result
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope

Connect = Callable[[], psycopg.Connection[Any]]
ALL = range(inbox.PARTITIONS)


def message(text: str, sender: str = "3601000001", **more: Any) -> Incoming:
    raw = f"<a><b:copCode>{sender}</b:copCode>{text}</a>".encode()
    return Incoming(raw, channel="http", client="test", **more)


def test_what_is_kept_comes_back_byte_for_byte(flood: psycopg.Connection[Any]) -> None:
    raw = "﻿<x>订单\r\n</x>".encode() + bytes(range(256))
    receipt = inbox.keep_one(flood, raw, channel="http", client="c", organisation_id=7)
    with flood.cursor() as cursor:
        (row,) = [r for r in inbox.take(cursor, ALL, 0, 1000) if r.receipt_id == receipt]
    assert row.raw() == raw == inbox.raw(flood, row.id)
    assert (row.channel, row.client, row.organisation_id, row.size) == ("http", "c", 7, len(raw))


def test_the_same_message_is_kept_each_time_it_comes(flood: psycopg.Connection[Any]) -> None:
    assert len(set(inbox.keep(flood, [message("same")] * 8))) == 8


def test_one_sender_has_one_partition() -> None:
    assert len({inbox.partition_of(message(str(n))) for n in range(50)}) == 1
    assert len({inbox.partition_of(message("", sender=f"36{n:08}")) for n in range(200)}) > 40


def test_a_message_of_no_known_sender_goes_by_its_client() -> None:
    one, other = (Incoming(b"\x00garbage", "http", client) for client in ("a", "b"))
    assert inbox.partition_of(one) == inbox.partition_of(Incoming(b"other", "http", "a"))
    assert inbox.partition_of(one) != inbox.partition_of(other)


def test_a_batch_is_bounded_in_bytes_and_never_empty(flood: psycopg.Connection[Any]) -> None:
    inbox.keep(flood, [message("x" * 1000) for _ in range(5)])
    with flood.cursor() as cursor:
        assert len(inbox.take(cursor, ALL, 0, 1000, max_bytes=2500)) == 2
        assert len(inbox.take(cursor, ALL, 0, 1000, max_bytes=10)) == 1
        assert len(inbox.take(cursor, ALL, 0, 3)) == 3


def test_a_cursor_belongs_to_one_worker_and_moves_with_its_results(emptied: Connect) -> None:
    one, other = emptied(), emptied()
    inbox.keep(one, [message(str(n), sender=f"36{n:08}") for n in range(100)])
    one.commit()
    with one.cursor() as first, other.cursor() as second:
        mine = inbox.claim(first, range(32))
        theirs = inbox.claim(second)
        assert set(mine) == set(range(32))
        assert set(theirs) == set(range(32, 64))
        rows = inbox.take(first, mine, mine, 1000)
        rest = inbox.take(second, theirs, theirs, 1000)
        assert len(rows) + len(rest) == 100
        assert [r.id for r in rows] == sorted(r.id for r in rows)
        inbox.move(first, rows)
        assert inbox.take(first, mine, inbox.claim(first, mine), 1000) == []
    one.commit()
    other.rollback()
    with other.cursor() as cursor:
        assert inbox.backlog(cursor) == len(rest)


def test_a_late_committer_is_not_lost(emptied: Connect) -> None:
    slow, quick, reader = emptied(), emptied(), emptied()
    inbox.keep(slow, [message("slow")])
    inbox.keep(quick, [message("quick")])
    quick.commit()
    with reader.cursor() as cursor:
        assert inbox.take(cursor, ALL, 0, 10) == []
        reader.rollback()
        slow.commit()
        assert [b"slow" in r.raw() for r in inbox.take(cursor, ALL, 0, 10)] == [True, False]


def test_a_writer_that_begins_later_holds_back_only_itself(emptied: Connect) -> None:
    early, late, reader = emptied(), emptied(), emptied()
    inbox.keep(early, [message("early")])
    early.commit()
    inbox.keep(late, [message("late")])
    with reader.cursor() as cursor:
        assert len(inbox.take(cursor, ALL, 0, 10)) == 1


def test_a_rolled_back_writer_leaves_nothing_behind(emptied: Connect) -> None:
    broken, reader = emptied(), emptied()
    inbox.keep(broken, [message("never")])
    broken.rollback()
    inbox.keep(broken, [message("then")])
    broken.commit()
    with reader.cursor() as cursor:
        assert [b"then" in r.raw() for r in inbox.take(cursor, ALL, 0, 10)] == [True]


def test_a_receipt_says_how_far_the_message_came(emptied: Connect) -> None:
    connection = emptied()
    (receipt,) = inbox.keep(connection, [message("x", organisation_id=5)])
    with connection.cursor() as cursor:
        assert results.read(cursor, receipt)["state"] == results.RECEIVED
        assert results.read(cursor, receipt, organisation_id=6) is None
        assert results.read(cursor, "0" * 32) is None
        finding = {"code": "rule.number", "zh": "数值不合规", "en": "bad number"}
        results.write(cursor, [Result(receipt, 1, "refused", "CEB311 A1", [finding]), Result(receipt, 0, "accepted")])
        inbox.move(cursor, inbox.take(cursor, ALL, 0, 10))
        told = results.read(cursor, receipt, organisation_id=5)
    assert (told["state"], told["result"]) == (results.DONE, "accepted")
    assert told["documents"] == [{"position": 1, "state": "refused", "document": "CEB311 A1", "findings": [finding]}]


def test_a_replay_overwrites_its_own_results(flood: psycopg.Connection[Any]) -> None:
    (receipt,) = inbox.keep(flood, [message("x")])
    with flood.cursor() as cursor:
        for state in ("refused", "accepted"):
            results.write(cursor, [Result(receipt, 1, state)])
        assert [d["state"] for d in results.read(cursor, receipt)["documents"]] == ["accepted"]


@pytest.mark.django_db
def test_a_firm_keeps_and_sees_its_own_messages_only() -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=1)):
        receipt = inbox.keep_one(django_connection, b"mine", channel="desk", organisation_id=1)
        with django_connection.cursor() as cursor:
            assert results.read(cursor, receipt) is not None
    for stranger in (Actor(kind=ENTERPRISE, organisation=2), Actor(kind=ZONE), Actor()):
        with scope(stranger), django_connection.cursor() as cursor:
            assert results.read(cursor, receipt) is None
    with scope(PLATFORM), django_connection.cursor() as cursor:
        assert results.read(cursor, receipt) is not None


@pytest.mark.django_db(transaction=False)
def test_a_firm_cannot_keep_in_the_name_of_another() -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), scope(Actor(kind=ENTERPRISE, organisation=1)):
        inbox.keep_one(django_connection, b"forged", channel="desk", organisation_id=2)
