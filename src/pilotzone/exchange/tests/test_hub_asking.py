"""A question is answered within its agreement or refused by name; every answer, message and refusal is in the chain."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange.hub import asking, counts, delivery, log, mailbox, providers, repeats, rows, verifier
from pilotzone.exchange.hub.asking import Question
from pilotzone.exchange.hub.envelope import SOURCE
from pilotzone.exchange.tests.hub import CHECKER, FIRM, PERSONS, ROWS, SAMR, TAX, answering, granted
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db


def event(number: str, *, key: str = FIRM, **changed: Any) -> bytes:
    told: dict[str, Any] = {
        "specversion": "1.0", "id": number, "source": SOURCE + "zone.samr", "type": PERSONS, "subject": key,
        "time": clock.now().isoformat(), "pzagreement": str(changed.pop("agreement", 1)),
        "data": {"uscc": key, "name": "（合成）甲", "phone": "10000000001"},
    }  # fmt: skip
    return json.dumps(told | changed, ensure_ascii=False).encode()


def code_of(question: Question) -> str:
    with scope(TAX), pytest.raises(Problem) as told:
        asking.ask(question)
    return told.value.code


def test_rows_and_fields_are_those_of_the_agreement_and_masked_by_class() -> None:
    answering()
    number = granted(whole=("phone",), rows={"uscc": [FIRM]})
    with scope(TAX):
        told = asking.ask(Question(PERSONS, number, {"uscc": FIRM}))
        none = asking.ask(Question(PERSONS, number, {"uscc": str(ROWS[1]["uscc"])}))
    assert told.rows == [{"uscc": FIRM, "name": "（合成）甲", "person": "赵**", "phone": "10000000001"}]
    assert none.rows == [], "outside of the granted rows"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("no.such", None), "hub.resource"),
        (Question(PERSONS, None, {"uscc": FIRM}), "hub.no_grant"),
        (Question(PERSONS, 10**9, {"uscc": FIRM}), "hub.no_grant"),
        (Question("police.case_files", None), "hub.not_shared"),
    ],
)
def test_without_a_right_nothing_is_answered(question: Question, code: str) -> None:
    answering()
    assert code_of(question) == code


def test_what_is_not_granted_is_refused_by_name() -> None:
    answering()
    number = granted()
    assert code_of(Question(PERSONS, number, {"uscc": FIRM}, ["document"])) == "hub.field_not_granted"
    assert code_of(Question(PERSONS, number, {"document": "360102189001010010"})) == "hub.field_not_granted"
    assert code_of(Question(PERSONS, number, {"name": "（合成）甲"})) == "hub.key"
    assert code_of(Question(PERSONS, number, {"uscc": "a\0"})) == "hub.input"


def test_the_rows_of_a_day_are_counted_and_a_row_of_fifty_megabytes_is_refused() -> None:
    answering()
    number = granted(volume=2)
    with scope(TAX):
        for _ in range(2):
            asking.ask(Question(PERSONS, number, {"uscc": FIRM}))
    assert code_of(Question(PERSONS, number, {"uscc": FIRM})) == "hub.volume"
    giant: list[Mapping[str, object]] = [{"uscc": FIRM, "name": "大" * 17_000_000}]
    answering(rows=giant)
    other = granted()
    assert code_of(Question(PERSONS, other, {"uscc": FIRM})) == "hub.row_large"


def test_a_refusal_is_written_down_and_nothing_else_is() -> None:
    answering()
    question = Question(PERSONS, None, {"uscc": FIRM})
    with scope(TAX):
        with pytest.raises(Refused) as told:
            asking.ask(question)
        asking.refusal(question, told.value)
    with scope(PLATFORM):
        log.chain_up()
        (last,) = log.entries(limit=1)
        used = rows.every("SELECT outcome FROM exchange_hub_use")
    assert json.loads(last["entry"])["code"] == "hub.no_grant" and [one["outcome"] for one in used] == ["hub.no_grant"]
    assert FIRM not in last["entry"], "an entry holds hashes, not values"


def test_who_does_not_answer_yet_may_answer_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_providers", {})
    number = granted()
    with scope(TAX), pytest.raises(Unavailable):
        asking.ask(Question(PERSONS, number, {"uscc": FIRM}))


def test_the_chain_holds_and_the_bundle_is_verified_without_our_software() -> None:
    answering()
    number = granted()
    with scope(TAX):
        asking.ask(Question(PERSONS, number, {"uscc": FIRM}))
    with scope(PLATFORM):
        assert log.seal() == 4 and log.seal() == 0 and log.broken() == []
        whole = log.bundle(clock.today(), clock.today())
    assert verifier.verify(whole) == []
    place = whole.index(b"query.answered")
    changed = whole[:place] + b"Q" + whole[place + 1 :]
    assert verifier.verify(changed)[0] == (5, place, "the line was changed")


@pytest.mark.parametrize(
    "sql", ["UPDATE exchange_hub_log SET entry = ''", "DELETE FROM exchange_hub_log", "DELETE FROM exchange_hub_use"]
)
def test_the_log_is_not_changed_by_pages_nor_by_workers(
    sql: str, flood_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    """Pages reach no row to change; the role that passes row-level security is stopped by the table itself."""
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount == 0
    raw = flood_connect()
    raw.execute("INSERT INTO exchange_hub_entry (at, entry) VALUES (pz_now(), '{}'), (pz_now(), '{}')")
    assert raw.execute("SELECT exchange_hub_chain(1)").fetchone() == (1,)
    raw.execute(
        "INSERT INTO exchange_hub_use (at, day, resource, owner, consumer) VALUES (pz_now(), '2021-01-04', 'a.b', 'zone.tax', 'zone.safe')"
    )
    with pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        raw.execute(sql)
    raw.rollback()


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO exchange_hub_log (number, at, entry, hash) VALUES (9, pz_now(), '{}', '')",
        "UPDATE exchange_hub_entry SET entry = ''",
        "DELETE FROM exchange_hub_entry",
    ],
)
def test_an_entry_reaches_the_log_by_the_chaining_pass_alone(
    sql: str, flood_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    with pytest.raises(DatabaseError, match="never changed"), scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(sql)
    with flood_connect() as raw, pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        raw.execute(sql)


def test_the_head_moves_with_the_log_only() -> None:
    with pytest.raises(DatabaseError), scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_hub_head SET number = 0")


def test_a_key_answers_again_and_is_not_another_request() -> None:
    done: list[int] = []

    def work() -> dict[str, Any]:
        done.append(1)
        return {"n": len(done)}

    with scope(TAX):
        assert repeats.once("k", b"a", work) == ({"n": 1}, False)
        assert repeats.once("k", b"a", work) == ({"n": 1}, True)
        with pytest.raises(Refused) as told:
            repeats.once("k", b"b", work)
    assert told.value.code == "hub.idempotency" and len(done) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"source": SOURCE + "zone.tax"}, "hub.source"),
        ({"time": "2000-01-01T00:00:00+08:00"}, "hub.clock_skew"),
        ({"time": "yesterday"}, "hub.envelope"),
        ({"specversion": "0.3"}, "hub.envelope"),
        ({"agreement": 10**9}, "hub.no_grant"),
        ({"data": {"uscc": FIRM, "document": "360102189001010010"}}, "hub.field_not_granted"),
        ({"data": {"uscc": FIRM, "nothing": "1"}}, "hub.field_unknown"),
        ({"data": []}, "hub.envelope"),
        ({"type": "no.such"}, "hub.resource"),
    ],
)
def test_a_message_that_is_not_in_order_is_refused_and_not_kept(changed: dict[str, Any], code: str) -> None:
    number = granted()
    with scope(SAMR), pytest.raises(Refused) as told:
        mailbox.send(event("1", **({"agreement": number} | changed)))
    assert told.value.code == code
    with scope(PLATFORM):
        assert mailbox.listed() == []


def test_a_message_in_another_charset_or_seen_before_is_refused() -> None:
    number = granted()
    with scope(SAMR):
        with pytest.raises(Refused) as charset:
            mailbox.send(event("1", agreement=number).decode().encode("gb18030"))
        mailbox.send(event("1", agreement=number))
        with pytest.raises(Refused) as again:
            mailbox.send(event("1", agreement=number))
    assert (charset.value.code, again.value.code) == ("hub.charset", "hub.replayed")


def test_three_days_of_a_receiver_away_lose_nothing_and_keep_the_order_of_a_key() -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
    number, away, got = granted(volume=1000), [True], list[tuple[str, str]]()
    keys = [FIRM, str(ROWS[1]["uscc"])]
    with scope(SAMR):
        for n in range(10):
            mailbox.send(event(str(n), agreement=number, key=keys[n % 2]))

    def receiver(target: str, told: dict[str, Any]) -> None:
        if away[0]:
            raise Unavailable(code="x.away", zh="不可用", en="away")
        got.append((told["subject"], told["id"]))

    with scope(PLATFORM):
        for _ in range(72):
            assert delivery.deliver(receiver) == 0
            clock.advance(by=datetime.timedelta(hours=1), reason="test")
        away[0] = False
        for _ in range(10):
            delivery.deliver(receiver)
            clock.advance(by=datetime.timedelta(minutes=16), reason="test")
        assert [one["state"] for one in mailbox.listed()] == ["taken"] * 10
    assert [n for key, n in got if key == keys[0]] == ["0", "2", "4", "6", "8"]
    assert [n for key, n in got if key == keys[1]] == ["1", "3", "5", "7", "9"]


def test_a_dead_message_holds_up_its_key_until_a_person_replays_or_drops_it() -> None:
    number, got, bad = granted(), list[str](), {"0"}
    with scope(SAMR):
        for n in range(2):
            mailbox.send(event(str(n), agreement=number))

    def receiver(target: str, told: dict[str, Any]) -> None:
        if told["id"] in bad:
            raise Refused(code="x.no", zh="不收", en="no")
        got.append(told["id"])

    with scope(PLATFORM):
        delivery.deliver(receiver)
        delivery.deliver(receiver)
        dead = mailbox.listed(state="dead")
    assert got == [] and len(dead) == 1
    with scope(TAX):
        assert mailbox.waiting() == []
    bad.clear()
    with scope(CHECKER):
        mailbox.replay(dead[0]["id"])
    with scope(PLATFORM):
        delivery.deliver(receiver)
        delivery.deliver(receiver)
    assert got == ["0", "1"]


def test_a_receiver_fetches_and_says_that_it_has() -> None:
    number = granted()
    with scope(SAMR):
        mailbox.send(event("1", agreement=number))
        assert mailbox.waiting() == [], "not addressed to the sender"
        assert mailbox.acknowledge([1]) == 0
    with scope(TAX):
        (one,) = mailbox.waiting()
        assert one["event"]["data"]["phone"] == "100****0001", "masked: the whole value is not granted"
        assert mailbox.acknowledge([one["id"]]) == 1 and mailbox.waiting() == []


def test_the_counts_of_a_day_agree_or_say_that_they_do_not() -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
    answering()
    number = granted()
    with scope(TAX):
        asking.ask(Question(PERSONS, number, {"uscc": FIRM}))
        day = clock.today()
        with pytest.raises(Refused):
            counts.tell(day, counts.ours("zone.tax", day))
    with scope(PLATFORM):
        clock.advance(by=datetime.timedelta(days=1), reason="test")
    with scope(TAX):
        assert counts.tell(day, counts.ours("zone.tax", day)) is True
        assert counts.tell(day, counts.ours("zone.tax", day) | {"rows": 9}) is False
        (line,) = counts.sheet(day)
    assert (line["unit"], line["ours"]["queries"], line["ours"]["rows"], line["agreed"]) == ("zone.tax", 1, 1, False)
