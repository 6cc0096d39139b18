"""The kill proof at small size, and that its questions can be answered with no."""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.webhooks import signature
from pilotzone.kernel import events

TOOLS = Path(__file__).parents[2] / "tools"
NOBODY = 2**40  # a number no organisation has


@pytest.mark.xdist_group("whole-tree")
def test_what_was_acknowledged_survives_kills_and_the_books_add_up(tmp_path: Path) -> None:
    page = tmp_path / "proofs.md"
    words = ["--only", "kills", "--kills", "4", "--trades", "20", "--seed", "7", "--out", str(page)]
    words += ["--targets", "postgres", "intake", "worker-1"]  # a carrier killed while sending waits a minute
    done = subprocess.run(
        [sys.executable, str(TOOLS / "proof.py"), *words], capture_output=True, text=True, check=False, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = page.read_text(encoding="utf-8")
    assert told.count("| holds |") >= 14
    assert "| worker | before " in told


@pytest.fixture
def ledgers() -> Iterator[ModuleType]:
    found = importlib.util.spec_from_file_location("proof_ledgers", TOOLS / "proof_ledgers.py")
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules["proof_ledgers"] = module  # dataclasses look their module up
    found.loader.exec_module(module)
    yield module
    del sys.modules["proof_ledgers"]


@pytest.fixture
def proof_kills(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(TOOLS))
    before = set(sys.modules)
    yield importlib.import_module("proof_kills")
    for name in set(sys.modules) - before:
        if str(TOOLS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


BREAKS = {
    "the quota entries of a buyer's year add up to its balance": (
        "INSERT INTO tax_quota (buyer_key, year, limit_amount, reserved, used, disputed, exceeds)"
        " VALUES ('b', 2021, 26000, 1, 0, 0, false)"
    ),
    "what the lists of a buyer's year take adds up to its balance": (
        "INSERT INTO tax_quota_hold (list_key, buyer_key, year, amount, state, turn, given_back, disputed)"
        " VALUES ('l', 'b', 2021, 5, 'committed', 1, 0, false)"
    ),
    "no buyer's year is oversold unless customs released beyond it": (
        "ALTER TABLE tax_quota DROP CONSTRAINT tax_quota_never_oversold;"
        "INSERT INTO tax_quota (buyer_key, year, limit_amount, reserved, used, disputed, exceeds)"
        " VALUES ('b', 2021, 26000, 0, 26000.01, 0, false)"
    ),
    "every released import list is used once, with its value, and no other is": (
        "INSERT INTO tax_quota_hold (list_key, buyer_key, year, amount, state, turn, given_back, disputed)"
        " VALUES ('l', 'b', 2021, 5, 'committed', 1, 0, false)"
    ),
    "the guarantee entries of a firm add up to its account": (
        "INSERT INTO tax_guarantee (organisation_id, deposited, held) VALUES (1, 5, 1)"
    ),
    "what the lists hold of a firm's guarantee adds up to its account": (
        "INSERT INTO tax_guarantee_hold (list_key, organisation_id, amount, released, turn) VALUES ('l', 1, 5, 1, 1);"
        "INSERT INTO tax_guarantee (organisation_id, deposited, held) VALUES (1, 9, 5)"
    ),
    "the timelines say of every trade what the clearance says": (
        "INSERT INTO tracking_trade (id, flow, mode, state, holder, since, first_at, parties, buyer, numbers, lines)"
        " VALUES (1, 'I', '9610', 'sent', '', now(), now(), '{}', '', '{}', '')"
    ),
    "nothing waits in the inbox or the outbox, and no letter to customs failed": (
        "INSERT INTO exchange_outbox (counterpart, kind, body) VALUES ('customs', 'CEB621Message', 'x')"
    ),
}


@pytest.mark.parametrize("sentence", BREAKS)
def test_a_broken_book_is_told(
    ledgers: ModuleType, owner_connect: Callable[[], psycopg.Connection[Any]], sentence: str
) -> None:
    connection = owner_connect()
    (claim,) = [one for one in ledgers.CLAIMS if one.sentence == sentence]
    with connection.cursor() as cursor:
        (before,) = ledgers.judge(cursor, [claim])
        cursor.execute(BREAKS[sentence])
        (after,) = ledgers.judge(cursor, [claim])
    connection.rollback()
    assert before.broken == ()
    assert len(after.broken) == 1


def test_a_counter_that_is_off_is_told(
    ledgers: ModuleType, owner_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    connection = owner_connect()
    rows = [
        {"trade": 7, "state": "sent", "at": "2021-11-11T00:10:00+08:00"},
        {"trade": 7, "state": "sent", "at": "2021-11-11T00:20:00+08:00", "reached": False},
        {"trade": 0, "state": "sent", "at": "2021-11-11T00:20:00+08:00"},
    ]
    with connection.cursor() as cursor:
        before = ledgers.hours(cursor)
        events.publish("clearance.trade_changed", rows, cursor=cursor)
        uncounted = ledgers.hours(cursor)
        cursor.execute("INSERT INTO tracking_hour (hour, state, n) VALUES ('2021-11-11 00:00+08', 'sent', 1)")
        after = ledgers.hours(cursor)
    connection.rollback()
    assert before.broken == after.broken == ()
    assert [row[2:] for row in uncounted.broken] == [(None, 1)]


def test_a_receipt_without_its_message_or_its_results_is_told(
    ledgers: ModuleType, flood_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    connection = flood_connect()
    with connection.cursor() as cursor:
        assert not ledgers.acknowledged(cursor, {"nobody kept it": 1}).holds
        assert not ledgers.sent_once(cursor, ["nobody has it"]).holds
        assert not ledgers.agrees_with_customs(cursor, ["released there only"]).holds
    connection.rollback()


ONCE, LATE, AGAIN = ["accepted"], ["accepted", "refused"], ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("kept", "answered", "lists", "holds"),
    [
        (1, {1: ONCE, 2: ["refused"]}, set(), True),
        (1, {1: ONCE, 2: LATE}, {("r", 2)}, True),
        (1, {1: ONCE, 2: LATE}, {("r", 1), ("other", 2)}, False),  # no list is refused late but this one
        (1, {1: ONCE, 2: ["refused", "accepted"]}, {("r", 2)}, False),
        (1, {1: ONCE, 2: [*LATE, "refused"]}, {("r", 2)}, False),
        (1, {1: AGAIN, 2: AGAIN}, {("r", 1), ("r", 2)}, False),
        (1, {1: ONCE}, set(), False),
        (1, {1: ONCE, 2: ONCE, 3: ONCE}, set(), False),
        (2, {1: ONCE, 2: ONCE}, set(), False),
        (0, {1: ONCE, 2: ONCE}, set(), False),
    ],
)
def test_a_document_without_its_one_result_is_told(
    ledgers: ModuleType, kept: int, answered: dict[int, list[str]], lists: set[tuple[str, int]], holds: bool
) -> None:
    odd = ledgers.odd_answers({"r": 2}, {"r": kept}, {"r": answered}, lists)
    assert [one[0] for one in odd] == ([] if holds else ["r"])


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("worker|before copy clearance_trade", True),
        ("carrier|after update exchange_delivery", True),
        ("carrier|before insert exchange_inbox_group", True),
        ("scheduler|after commit of tracking_trade", True),
        ("scheduler|before insert statistics_fact", True),
        ("scheduler|before insert statistics_release", False),
        ("scheduler|before update kernel_job", False),
        ("web|before insert exchange_draft", False),
    ],
)
def test_whoever_writes_what_the_flood_leads_to_can_be_killed_there(
    proof_kills: ModuleType, line: str, wanted: bool
) -> None:
    killer = proof_kills.Killer(None, proof_kills.Told(), None, (), 1)
    assert killer._wanted(line) is wanted
    killer.targets = ("postgres", "simulators")
    assert not killer._wanted(line)


@pytest.mark.parametrize(("targets", "meant"), [((), 8), (("worker-1", "postgres"), 4), (("intake",), 0)])
def test_who_is_first_at_a_seldom_mark_falls_and_is_counted(
    proof_kills: ModuleType, tmp_path: Path, targets: tuple[str, ...], meant: int
) -> None:
    told = proof_kills.Told()
    killer = proof_kills.Killer(SimpleNamespace(marks=tmp_path), told, None, targets, 1)
    killer.lie_in_wait()
    first = sorted((tmp_path / "first").read_text().splitlines())
    assert len(first) == meant
    (tmp_path / "seen").write_text("".join(f"{one}exchange_x\n" for one in first if "worker" in one))
    assert len(killer.open_marks()) == min(meant, 4), "nobody fell yet"
    for one in told.seen:
        (tmp_path / "fallen" / one).touch()
    assert (killer.open_marks(), told.missed, len(told.marks)) == ([], [], min(meant, 4))
    killer.count_fallen()
    assert told.killed == ["worker"] * min(meant, 4)


def test_a_proof_in_which_a_process_it_names_never_died_at_a_mark_does_not_hold(proof_kills: ModuleType) -> None:
    everywhere = importlib.import_module("proof").everywhere
    lines = ["intake|a", "worker|b", "carrier|c", "scheduler|d"]
    told = proof_kills.Told(seen=lines, marks={line: ["x"] for line in lines})
    assert everywhere(told, 2, ())
    for line in lines:
        less = proof_kills.Told(seen=lines, marks={one: ["x"] for one in lines if one != line})
        assert not everywhere(less, 2, ()), line
        assert everywhere(less, 1, ()), "too few kills for every mark"
        assert everywhere(less, 2, ["intake", "worker-1"]) is (line[0] in "cs")


def test_what_was_pushed_and_is_no_receipt_or_wrongly_signed_is_told(
    proof_kills: ModuleType, flood_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    pushed = proof_kills.Pushed()
    secret = pushed._secrets[NOBODY] = signature.new_secret()
    pushed.came[NOBODY] = set()
    content = b'{"type": "receipt.created", "data": {"receipts": [{"id": 123456}]}}'
    connection = flood_connect()
    with connection.cursor() as cursor:
        cursor.execute(proof_kills.SENDERS_OF, (proof_kills.PUSHED,))
        assert len(cursor.fetchall()) <= proof_kills.PUSHED
        assert (pushed.missing(cursor), pushed.verdict(cursor).broken) == (0, ())
        assert not pushed.verdict(cursor).holds, "a claim about no receipt at all holds"
        pushed._take(NOBODY, signature.headers([secret], "msg_1", 1614265330, content), content)
        assert [one.split(": ")[1] for one in pushed.verdict(cursor).broken] == ["123456 was pushed and is no receipt"]
        pushed._take(NOBODY, signature.headers([signature.new_secret()], "msg_2", 1614265330, content), content)
        assert pushed.verdict(cursor).broken[0] == f"firm {NOBODY}: msg_2 is not rightly signed"
    connection.rollback()
