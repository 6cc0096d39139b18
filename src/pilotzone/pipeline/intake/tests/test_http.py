"""The intake's own reading of HTTP: what two readers could understand differently is refused, what is slow is ended."""

from __future__ import annotations

import json
import socket
from dataclasses import replace

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.pipeline.intake.head import CHUNKED, Chunks, read
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned
from pilotzone.pipeline.intake.tests.conftest import XML, Client, Serve, Store

POST = b"POST /intake/ HTTP/1.1\r\nHost: zone\r\nContent-Type: application/xml\r\n"
CLOSE = b"Connection: close\r\n"
QUICK = Limits(head_s=0, body_s=0, idle_s=0, patience_s=5)


def code(told: bytes) -> str:
    """The code of the last answer."""
    return str(json.loads(told.rpartition(b"\r\n\r\n")[2])["code"])


@pytest.mark.parametrize(
    "head",
    [
        b"POST /intake/\r\n\r\n",
        b"POST /intake/ HTTP/2.0\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        POST + b"Content-Length: 4\r\nContent-Length: 4\r\n\r\n<a/>",
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n<a/>",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        POST + b"Content-Length: +4\r\n\r\n<a/>",
        POST + b"Content-Length: 4 4\r\n\r\n<a/>",
        POST + b"Content-Length : 4\r\n\r\n<a/>",
        POST + b"X-Long: one\r\n two\r\nContent-Length: 4\r\n\r\n<a/>",
        POST + b"X-Bare: one\ntwo\r\nContent-Length: 4\r\n\r\n<a/>",
        POST + b"X-Nul: \0\r\nContent-Length: 4\r\n\r\n<a/>",
        POST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n<a/>\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\n<a/>12\r\n0\r\n\r\n",
    ],
)
def test_a_request_that_could_be_read_in_two_ways_is_refused(client: Client, store: Store, head: bytes) -> None:
    told = client.raw(head)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert code(told) == "intake.request"
    assert store.groups == []


def test_a_head_without_end_is_refused(client: Client) -> None:
    assert code(client.raw(POST + b"X: " + b"x" * 20_000)) == "intake.head"


def test_requests_sent_at_once_are_answered_in_their_order(client: Client, store: Store) -> None:
    one = POST + b"Content-Length: 6\r\n"
    told = client.raw(one + b"\r\n<one/>" + one + b"\r\n<two/>" + one + CLOSE + b"\r\n<end/>")
    assert told.count(b"HTTP/1.1 202 Accepted") == 3
    assert [raw for group in store.groups for raw in group] == [b"<one/>", b"<two/>", b"<end/>"]


def test_a_body_may_come_in_pieces_of_any_size(client: Client, store: Store) -> None:
    whole = POST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\n<a>\r\n4\r\n</a>\r\n0\r\nTrailer: x\r\n\r\n"
    told = client.raw(*(whole[n : n + 1] for n in range(len(whole))))
    assert told.startswith(b"HTTP/1.1 202 ")
    assert store.groups == [[b"<a></a>"]]


def test_a_sender_that_asks_first_is_told_to_go_on_or_not(client: Client, store: Store) -> None:
    ask = b"Expect: 100-continue\r\n"
    told = client.raw(POST + CLOSE + ask + b"Content-Length: 4\r\n\r\n", b"<a/>")
    assert told.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 ")
    told = client.raw(b"POST /elsewhere HTTP/1.1\r\n" + ask + b"Content-Length: 4\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 404 ")


def test_a_hundred_megabytes_are_turned_away_before_they_are_sent(client: Client) -> None:
    told = client.raw(POST + b"Content-Length: 104857600\r\n\r\n" + b"x" * 100_000, end=True)
    assert told.startswith(b"HTTP/1.1 413 ")
    assert code(told) == "intake.too_large"


def test_a_message_cut_off_leaves_nothing(client: Client, store: Store) -> None:
    assert client.raw(POST + b"Content-Length: 400\r\n\r\n<cut", end=True) == b""
    assert client.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n40\r\n<cut", end=True) == b""
    assert client.post(b"<next/>")[0] == 202
    assert store.groups == [[b"<next/>"]]


@pytest.mark.parametrize(
    ("sent", "expected"), [(POST, "intake.late"), (POST + b"Content-Length: 9\r\n\r\n<slow", "intake.late"), (b"", "")]
)
def test_who_sends_too_slowly_is_ended(serve: Serve, store: Store, sent: bytes, expected: str) -> None:
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=QUICK)
    told = client.raw(sent)
    assert (code(told) if told else "") == expected


def test_a_connection_is_used_again_after_a_refusal(client: Client) -> None:
    bad = b"POST /intake/ HTTP/1.1\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<a/>"
    told = client.raw(bad + POST + CLOSE + b"Content-Length: 4\r\n\r\n<a/>")
    assert told.startswith(b"HTTP/1.1 415 ")
    assert b"HTTP/1.1 202 Accepted" in told


def test_too_many_connections_of_one_address_are_its_own_pace(serve: Serve, store: Store) -> None:
    limits = Limits(connections_per_address=2)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    held = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(2)]
    try:
        for one in held:  # each is known to be counted once it was answered
            one.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
            assert one.recv(100).startswith(b"HTTP/1.1 200 ")
        told = client.raw()
        assert told.startswith(b"HTTP/1.1 429 ")
        assert code(told) == "intake.too_many_connections"
    finally:
        for one in held:
            one.close()


def test_too_many_connections_in_all_are_our_fault(serve: Serve, store: Store) -> None:
    limits = Limits(connections=0)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    told = client.raw()
    assert told.startswith(b"HTTP/1.1 503 ")
    assert code(told) == "intake.full"


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (zstandard.compress(b"<a/>"), 202, ""),
        (zstandard.compress(b"<a/>" * 4000), 413, "intake.too_large"),
        (zstandard.compress(b"\0" * 50_000_000), 413, "intake.too_large"),
        (zstandard.compress(b"<a/>")[:-2], 400, "intake.encoding"),
        (zstandard.compress(b"<a/>") + b"more", 400, "intake.encoding"),
        (b"no zstd at all", 400, "intake.encoding"),
    ],
)
def test_zstd_is_unpacked_within_the_limit(serve: Serve, store: Store, data: bytes, status: int, code: str) -> None:
    limits = replace(Limits(), message_bytes=10_000)
    client = serve(connect=lambda: store, reading=store.reading, keep=store.keep, limits=limits)
    told = client.post(data, {**XML, "Content-Encoding": "zstd"})
    assert (told[0], told[1].get("code", "")) == (status, code)


def test_heads_that_differ_by_their_length_alone_are_not_confused() -> None:
    one, other = (read(POST + b"Content-Length: %d\r\nAuthorization: Bearer a" % n) for n in (7, 123456))
    assert (one.length, other.length) == (7, 123456)
    assert one.token == other.token is not None
    with pytest.raises(Turned):
        read(POST + b"Content-Length: 7\r\ncontent-length: 8")
    assert read(POST + b"Transfer-Encoding: chunked").length == CHUNKED


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.data())
def test_chunks_come_out_as_they_went_in(parts: list[bytes], data: st.DataObject) -> None:
    sent = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\nnext"
    chunks, told, place = Chunks(), b"", 0
    while not chunks.ended:
        size = data.draw(st.integers(1, 20))
        told += b"".join(chunks.feed(sent[place : place + size]))
        place += size
    assert told == b"".join(parts)
    assert chunks.rest + sent[place:] == b"next"
