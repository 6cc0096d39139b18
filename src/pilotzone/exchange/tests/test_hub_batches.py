"""Many messages in one call: each is judged and signed by itself, kept in its order, and chained in the order of its ticket."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.hub import batches, envelope, log, mailbox, rows, uses
from pilotzone.exchange.hub.batches import send_batch
from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.exchange.tests.hub import FIRM, SAMR, TAX, granted
from pilotzone.exchange.tests.test_hub_asking import event
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db


def many(*events: bytes) -> bytes:
    return b"[" + b",".join(events) + b"]"


def signed(told: bytes, signer: PemSigner) -> bytes:
    facts = json.loads(told)
    return json.dumps(
        facts | {"pzsignature": base64.b64encode(signer.sign(envelope.signed_part(facts))).decode()}
    ).encode()


def test_a_batch_is_kept_in_its_order_and_what_is_wrong_is_refused_by_its_place() -> None:
    number = granted()
    wrong = event("3", agreement=number, data={"uscc": FIRM, "document": "360102189001010010"})
    with scope(SAMR):
        told = send_batch(
            many(event("1", agreement=number), event("2", agreement=number), wrong, b"7", event("4", agreement=number))
        )
    assert [one.get("code", "") for one in told] == ["", "", "hub.field_not_granted", "hub.envelope", ""]
    assert [one["event"] for one in told] == ["1", "2", "3", "", "4"]
    with scope(TAX):
        waiting = mailbox.waiting()
        assert [one["event"]["id"] for one in waiting] == ["1", "2", "4"]
        assert [one["id"] for one in waiting] == [told[place]["id"] for place in (0, 1, 4)]
        assert waiting[0]["event"]["data"]["phone"] == "100****0001", "masked: the whole value is not granted"
        assert [(one["way"], one["rows"], one["fields"]) for one in uses.uses()] == [
            ("message", 1, ["uscc", "name", "phone"])
        ] * 3
    with scope(PLATFORM):
        assert rows.first("SELECT count(*) AS n FROM exchange_hub_concern WHERE uscc = %s", (FIRM,)) == {"n": 3}
        log.chain_up()
        last = [json.loads(one["entry"]) for one in log.entries(limit=5)]
        assert [one["what"].rpartition(".")[2] for one in last] == ["taken", "refused", "refused", "taken", "taken"]
        assert log.broken() == []
        found = rows.every(
            "SELECT ticket, entry FROM exchange_hub_log WHERE ticket = ANY(%s)", ([one["log"] for one in told],)
        )
        assert len(found) == 5 and FIRM not in "".join(one["entry"] for one in found)


def test_a_message_sent_again_is_told_as_repeated_and_another_with_its_id_refused() -> None:
    number = granted()
    first = event("1", agreement=number)
    with scope(SAMR):
        (kept,) = send_batch(many(first))
        again, other, twice = send_batch(many(first, event("1", agreement=number, key="91360100MA00000X0X"), first))
    assert (again["repeated"], again["id"], twice["id"]) == (True, kept["id"], kept["id"])
    assert other["code"] == "hub.replayed"
    with scope(TAX):
        assert len(mailbox.waiting()) == 1 and len(uses.uses()) == 1


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_with_a_certificate_each_message_is_signed_by_its_key(tmp_path: Path, kind: str) -> None:
    number, authority = granted(), DemoAuthority(tmp_path, at=clock.wall())
    signer, stranger = (authority.issue(f"360100000{n}", "合成", kind, at=clock.wall()).signer() for n in (1, 2))
    good = signed(event("1", agreement=number), signer)
    foreign = signed(event("2", agreement=number), stranger)
    plain = event("3", agreement=number)
    changed = signed(event("4", agreement=number), signer).replace(b"10000000001", b"10000000002")
    garbled = json.dumps(json.loads(event("5", agreement=number)) | {"pzsignature": "?"}).encode()
    with scope(SAMR):
        told = send_batch(many(good, foreign, plain, changed, garbled), signer.certificate)
    assert [one.get("code", "") for one in told] == [
        "",
        "hub.signature",
        "hub.unsigned",
        "hub.signature",
        "hub.signature",
    ]
    with scope(PLATFORM):
        log.chain_up()
        (kept,) = rows.every("SELECT signature FROM exchange_hub_message")
        entries = [json.loads(one["entry"]) for one in log.entries(limit=5)]
    facts = json.loads(good)
    assert signer.certificate.holds(
        "sm3" if kind == "sm2" else "sha256", bytes(kept["signature"]), envelope.signed_part(facts)
    )
    assert entries[-1]["signature"] == log.digest(bytes(kept["signature"]))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "hub.envelope"), (b"{}", "hub.envelope"), (b"[", "hub.envelope"), (b"\xff", "hub.charset"),
        (json.dumps([{}] * (envelope.MOST + 1)).encode(), "hub.envelope"),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(body: bytes, code: str) -> None:
    with scope(SAMR), pytest.raises(Refused) as told:
        send_batch(body)
    assert told.value.code == code


def test_one_statement_keeps_many(django_assert_max_num_queries: Any) -> None:
    """What a batch costs the database does not grow with its messages."""
    number = granted()
    body = many(*(event(str(n), agreement=number) for n in range(50)))
    asked: list[str] = []
    bulk = rows.bulk
    with pytest.MonkeyPatch.context() as patch, scope(SAMR):
        patch.setattr(batches.rows, "bulk", lambda sql, values: asked.append(sql) or bulk(sql, values))
        with django_assert_max_num_queries(10):
            assert len(send_batch(body)) == 50
    assert len(asked) == 4, "messages, uses, concerns, entries"


def test_two_writers_do_not_wait_for_one_another_and_both_are_chained(
    flood_connect: Callable[[], psycopg.Connection[Any]],
) -> None:
    """A transaction that is still open holds nobody up; its entry is chained after those that were committed before it."""
    with flood_connect() as slow, flood_connect() as fast, flood_connect() as chaining:
        put = "INSERT INTO exchange_hub_entry (at, entry) VALUES (pz_now(), %s) RETURNING ticket"
        slow.execute("SET LOCAL lock_timeout = '5s'")
        first = slow.execute(put, ("slow",)).fetchone()
        fast.execute("SET LOCAL lock_timeout = '5s'")
        second = fast.execute(put, ("fast",)).fetchone()
        assert first and second and first < second
        fast.rollback()
        slow.rollback()
        chaining.execute(put, ("a",))
        chaining.execute(put, ("b",))
        assert chaining.execute("SELECT exchange_hub_chain(10)").fetchone() == (2,)
        told = chaining.execute("SELECT entry FROM exchange_hub_log ORDER BY number DESC LIMIT 2").fetchall()
        assert [row[0] for row in told] == ["b", "a"]
        chaining.rollback()
