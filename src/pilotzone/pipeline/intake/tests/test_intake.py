"""The intake acknowledges what is durable and nothing else, and turns the rest away by code."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from pilotzone.exchange import clients, inbox, results
from pilotzone.exchange.results import Result
from pilotzone.pipeline.intake.limits import Limits, from_environment
from pilotzone.pipeline.intake.tests.conftest import XML, Client, Serve, Store, until

SMALL = Limits(message_bytes=1000, patience_s=5)


def test_nothing_is_acknowledged_before_it_is_durable(client: Client, store: Store) -> None:
    store.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.post, b"<a/>")
        assert store.reached.wait(5)
        assert not answer.done()
        store.gate.set()
        status, told = answer.result(5)
    assert (status, store.committed) == (202, 1)
    assert told["status"] == f"/intake/receipts/{told['receipt']}"


def test_what_arrives_during_a_commit_is_the_next_group(client: Client, store: Store) -> None:
    store.gate.clear()
    with ThreadPoolExecutor(21) as pool:
        first = pool.submit(client.post, b"<first/>")
        assert store.reached.wait(5)
        rest = [pool.submit(client.post, b"<more/>") for _ in range(20)]
        until(lambda: client.intake.writer.waiting() >= 20)
        store.gate.set()
        told = [one.result(5) for one in [first, *rest]]
    assert {status for status, _ in told} == {202}
    assert len({body["receipt"] for _, body in told}) == 21
    assert [len(group) for group in store.groups] == [1, 20]


def test_a_message_that_spoils_its_group_is_the_only_one_turned_away(client: Client, store: Store) -> None:
    store.poison = b"poison"
    store.gate.clear()
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(client.post, b"<first/>")
        assert store.reached.wait(5)
        rest = [pool.submit(client.post, body) for body in (b"<good/>", b"<poison/>", b"<good/>")]
        until(lambda: client.intake.writer.waiting() >= 3)
        store.gate.set()
        assert first.result(5)[0] == 202
        told = [one.result(5) for one in rest]
    assert [status for status, _ in told] == [202, 500, 202]
    assert told[1][1]["code"] == "intake.error"


def test_when_the_database_is_away_the_sender_is_told_to_come_back(client: Client, store: Store) -> None:
    store.failure = psycopg.OperationalError("gone")
    status, told = client.post(b"<a/>")
    assert (status, told["code"], client.retry_after) == (503, "intake.away", "2")
    assert store.closed
    assert client.ask("GET", "/healthz")[0] == 503
    store.failure = None
    assert client.post(b"<a/>")[0] == 202
    assert client.ask("GET", "/healthz")[0] == 200


def test_a_full_queue_is_said_at_once_and_a_sender_that_gave_up_is_not_written(serve: Serve, store: Store) -> None:
    limits = Limits(waiting=1, patience_s=1)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    store.gate.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(client.post, b"<first/>")
        assert store.reached.wait(5)
        second = pool.submit(client.post, b"<second/>")
        until(lambda: client.intake.writer.waiting() > 0)
        assert client.post(b"<third/>")[1]["code"] == "intake.full"
        assert {first.result(5)[1]["code"], second.result(5)[1]["code"]} == {"intake.away"}
        store.gate.set()
        until(lambda: client.intake.writer.waiting() == 0)
    assert client.post(b"<fourth/>")[0] == 202
    assert [b"<second/>" in group for group in store.groups] == [False, False]


def test_one_sender_cannot_take_the_whole_queue(serve: Serve, store: Store) -> None:
    limits = Limits(waiting_per_sender=2, patience_s=5)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    store.gate.clear()
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(client.post, b"<a/>")]
        assert store.reached.wait(5)
        waiting += [pool.submit(client.post, b"<a/>") for _ in range(2)]
        until(lambda: client.intake.writer.waiting() >= 2)
        status, told = client.post(b"<a/>")
        after = client.retry_after
        store.gate.set()
        assert [one.result(5)[0] for one in waiting] == [202] * 3
    assert (status, told["code"], after) == (429, "intake.too_many", "1")


def test_a_sender_faster_than_its_pace_is_slowed(serve: Serve, store: Store) -> None:
    limits = Limits(per_second=1)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    codes = [client.post(b"<a/>")[0] for _ in range(25)]
    assert codes.count(202) <= 20
    assert 429 in codes


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", XML, 400, "intake.empty"),
        (b"<a/>", {"Content-Type": "application/json"}, 415, "intake.media_type"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "intake.media_type"),
        (b"<a/>", {**XML, "Content-Encoding": "br"}, 415, "intake.media_type"),
        (b"x" * 1001, XML, 413, "intake.too_large"),
        (iter([b"x" * 600, b"x" * 600]), XML, 413, "intake.too_large"),
        (gzip.compress(b"\0" * 500_000, mtime=0), {**XML, "Content-Encoding": "gzip"}, 413, "intake.too_large"),
        (gzip.compress(b"x" * 1001, mtime=0), {**XML, "Content-Encoding": "gzip"}, 413, "intake.too_large"),
        (b"no gzip at all", {**XML, "Content-Encoding": "gzip"}, 400, "intake.encoding"),
        (gzip.compress(b"<a/>", mtime=0)[:-3], {**XML, "Content-Encoding": "gzip"}, 400, "intake.encoding"),
        (gzip.compress(b"<a/>", mtime=0) + b"more", {**XML, "Content-Encoding": "gzip"}, 400, "intake.encoding"),
    ],
)
def test_what_cannot_be_taken_is_turned_away_by_code(
    serve: Serve, store: Store, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=SMALL)
    told = client.post(body, dict(headers))
    assert (told[0], told[1]["code"]) == (status, code)
    assert told[1]["zh"]
    assert told[1]["en"]
    assert store.groups == []
    assert client.post(b"<a/>")[0] == 202, "the room it took was given back"


@pytest.mark.parametrize(
    "headers", [XML, {"Content-Type": "text/xml; charset=utf-8"}, {"Content-Type": "application/dxp+xml"}, {}]
)
def test_xml_is_taken_by_any_of_its_names(client: Client, headers: dict[str, str]) -> None:
    assert client.post(b"<a/>", dict(headers))[0] == 202


def test_a_compressed_message_is_kept_unpacked(client: Client, store: Store) -> None:
    assert client.post(gzip.compress("<a>订单</a>".encode(), mtime=0), {**XML, "Content-Encoding": "gzip"})[0] == 202
    assert store.groups == [["<a>订单</a>".encode()]]


def test_any_bytes_are_kept_as_they_are(client: Client, store: Store) -> None:
    hostile = [b"\0\xff\xfe", "<x/>".encode("utf-16"), bytes(range(256))]
    assert [client.post(body)[0] for body in hostile] == [202] * 3
    assert [group[0] for group in store.groups] == hostile


def test_unknown_addresses_and_methods_are_problems_too(client: Client) -> None:
    assert client.ask("GET", "/intake/")[1]["code"] == "intake.method"
    assert client.ask("POST", "/elsewhere", b"x")[1]["code"] == "intake.unknown_address"


def test_memory_is_bounded_over_all_connections(serve: Serve, store: Store) -> None:
    limits = replace(SMALL, memory_bytes=1500)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    store.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, b"x" * 1000)
        assert store.reached.wait(5)
        assert client.post(b"x" * 1000)[1]["code"] == "intake.full"
        store.gate.set()
        assert first.result(5)[0] == 202
    assert client.post(b"x" * 1000)[0] == 202


def test_a_zone_changes_its_limits_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONE_INTAKE_PER_SECOND", "7")
    assert from_environment() == replace(Limits(), per_second=7)


def test_without_a_token_only_a_neighbour_of_a_demonstration_may_send(client: Client, store: Store) -> None:
    forwarded = {**XML, "X-Forwarded-For": "203.0.113.9"}
    assert client.post(b"<a/>", forwarded)[1]["code"] == "intake.token"
    assert client.post(b"<a/>")[0] == 202


def test_a_real_zone_takes_nothing_without_a_token(serve: Serve, store: Store) -> None:
    store.rows = [(False,)]
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep)
    status, told = client.post(b"<a/>")
    assert (status, told["code"]) == (401, "intake.token")


@pytest.mark.django_db
def test_through_a_real_database(serve: Serve, flood_connect: Callable[[], psycopg.Connection[Any]]) -> None:
    from contextlib import contextmanager

    reader, writer = flood_connect(), flood_connect()
    reader.autocommit = writer.autocommit = True
    lock = threading.Lock()

    @contextmanager
    def reading() -> Any:
        with lock:
            yield reader

    with reader.cursor() as cursor:
        token = clients.issue(cursor, 41, "test")
        gone = clients.issue(cursor, 41, "gone")
        cursor.execute("SELECT max(id) FROM exchange_client")
        assert clients.revoke(cursor, cursor.fetchone()[0])
    client = serve(connect=lambda: writer, reading=reading, keep=inbox.keep)
    mine = {**XML, "Authorization": f"Bearer {token}"}
    try:
        assert client.post(b"<a/>", {**XML, "Authorization": "Bearer wrong"})[0] == 401
        assert client.post(b"<a/>", {**XML, "Authorization": f"Bearer {gone}"})[1]["code"] == "intake.revoked"
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda _: client.post(b"<same/>", mine), range(8)))
        assert {status for status, _ in told} == {202}
        receipt = told[0][1]["receipt"]
        with reader.cursor() as cursor:
            cursor.execute("SELECT count(*), min(organisation_id), min(client) FROM exchange_inbox")
            assert cursor.fetchone() == (8, 41, "organisation:41")
            results.write(cursor, [Result(receipt, 1, "refused", "CEB311 A1", [{"code": "rule.x"}])])
        status, state = client.ask("GET", f"/intake/receipts/{receipt}", headers=mine)
        assert (status, state["state"], state["documents"][0]["state"]) == (200, "received", "refused")
        assert client.ask("GET", f"/intake/receipts/{'0' * 32}", headers=mine)[1]["code"] == "intake.unknown_receipt"
    finally:
        for table in ("exchange_answer", "exchange_inbox", "exchange_inbox_group", "exchange_client"):
            reader.execute(f"DELETE FROM {table}")
