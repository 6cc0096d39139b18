"""No page, no interface and no file shows a row to somebody it is not meant for: every address, asked as every role.

Small in `make test`, whole under `make proof` (HYPOTHESIS_PROFILE=proof), which prints its figures.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from tests.proofs.leaks.addresses import MOST
from tests.proofs.leaks.scanner import ALIKE, MARK, PARTIES, Scanner, Told, beyond_echo, rows_of
from tests.proofs.leaks.world import World

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"
SHARE, MANY, METHODS, SEED = (
    (float(os.environ.get("PRIVACY_SHARE") or 1), MOST, ("post", "put", "patch", "delete"), 20260411)
    if FULL
    else (0.01, 1, ("post",), 7)
)
# of several processes that walk together: which one of how many, "1/2"
PART, PARTS = (int(one) for one in (os.environ.get("PRIVACY_PART") or "1/1").split("/"))


def figures(what: str, told: Told, world: World) -> None:
    answers = ", ".join(f"{status}: {number:,}" for status, number in sorted(told.statuses.items()))
    print(
        f"FIGURE {what}{f' (part {PART} of {PARTS})' if PARTS > 1 else ''}: {told.asked:,} requests of {len(world.subjects)} subjects in {len(world.circles)} circles,"
        f" {len(told.leaks)} leaks, {len(told.failed)} failures ({answers})"
        + (f"; {told.spared:,} more by methods the address does not know were not asked" if told.spared else "")
    )


def test_the_marks_are_there_and_their_owners_read_them(marked_zone: World) -> None:
    """Otherwise nothing found would mean nothing."""
    scanner = Scanner(marked_zone, SEED)
    (one, _other) = marked_zone.circles[:2]
    trade, filing, question, inspection, refund = (
        one.numbers[kind][0] for kind in ("trade", "filing", "question", "inspection", "refund")
    )
    for where, name, kind in (
        (f"/enterprise/trades/{trade}/", "ebc/0", "trade"), ("/registry/mine/", "ebc/0", "filing"), (f"/help/questions/{question}/", "ebc/0", "case"),
        ("/fx/mine/", "ebc/0", "fx"), ("/enterprise/webhooks/", "ebp/0", "own"), ("/api/v1/trades", "logi/0 token", "trade"),
        (f"/registry/filings/{filing}/", "district_officer@360111", "filing"), ("/officer/trades/", "customs_officer@customs", "trade"),
        ("/tax/guarantee/", "ebc/0", "tax"), (f"/tax/bills/{one.mark('tax')}/", "tax_officer@tax", "tax"), ("/tax/export/", "ebc/0", "refund"),
        (f"/tax/export/refunds/{refund}/", "tax_officer@tax", "refund"), (f"/risk/inspections/{inspection}/", "ebc/0", "inspection"),
        ("/plan/reports/", "zone_officer@zone", "plan"), ("/plan/liaisons/", "district_officer@360111", "plan"),
    ):  # fmt: skip
        status = scanner.ask("get", where, name)
        assert status == 200 and f"{name} {kind}" in scanner.told.seen_own, (where, status)
    assert scanner.told.leaks == []


def test_nobody_reads_what_is_not_his(marked_zone: World) -> None:
    scanner = Scanner(marked_zone, SEED)
    scanner.walk(SHARE, most=MANY, part=(PART - 1, PARTS))
    figures("GET of every address", scanner.told, marked_zone)
    assert scanner.told.leaks == []
    assert scanner.told.failed == []


def test_nothing_a_stranger_sends_has_an_effect(marked_zone: World) -> None:
    with scope(PLATFORM):
        before = [rows_of(circle) for circle in marked_zone.circles]
    scanner = Scanner(marked_zone, SEED + 1)
    scanner.walk(SHARE, METHODS, most=MANY, part=(PART - 1, PARTS))
    figures(", ".join(METHODS).upper() + " by strangers", scanner.told, marked_zone)
    assert scanner.told.leaks == []
    assert scanner.told.failed == []
    with scope(PLATFORM):
        after = [rows_of(circle) for circle in marked_zone.circles]
    for old, new in zip(before, after, strict=True):
        assert {
            table: rows - new.get(table, set()) for table, rows in old.items() if rows - new.get(table, set())
        } == {}


@pytest.mark.parametrize("fault", ["python", "database"])
def test_an_exception_leaves_no_name_on_the_connection(
    marked_zone: World, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The owner's page breaks after it read its rows; whoever comes next on the same connection reads nothing of them."""
    scanner, honest = Scanner(marked_zone, SEED), clearance.trades

    def broken(*told: Any, **more: Any) -> Any:
        honest(*told, **more)
        if fault == "database":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        raise ZeroDivisionError

    circle = marked_zone.circles[0]
    wheres = [
        "/enterprise/trades/",
        f"/enterprise/trades/{circle.numbers['trade'][0]}/",
        "/api/v1/trades",
        "/track/?number=x",
        "/board.json",
    ]
    strangers = [one.name for one in marked_zone.subjects if one.circle == 1 or one.role is None]
    for name in strangers if FULL else strangers[::8]:
        with monkeypatch.context() as patched:
            patched.setattr(clearance, "trades", broken)
            assert scanner.ask("get", "/enterprise/trades/", "ebp/0") == 500
        for where in wheres:
            scanner.ask("get", where, name)
    assert scanner.told.leaks == []


def test_a_name_that_lies_on_the_pooled_connection_serves_nobody(marked_zone: World) -> None:
    """Even where something had left the platform's name on the connection for good."""
    scanner = Scanner(marked_zone, SEED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pz.kind', 'system', false)")
    try:
        for one in marked_zone.subjects:
            if one.circle == 1 or one.role is None:
                for where in ("/enterprise/trades/", "/api/v1/trades", "/help/mine/", "/fx/mine/"):
                    scanner.ask("get", where, one.name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET pz.kind")
    assert scanner.told.leaks == []


def test_the_scanner_finds_a_leak_where_there_is_one(marked_zone: World, marked_owner: psycopg.Connection[Any]) -> None:
    """Row-level security taken away from one table: a stranger's list shows it, and the scanner says so."""
    marked_owner.execute("ALTER TABLE exchange_hub_correction NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    try:
        scanner = Scanner(marked_zone, SEED)
        for who in ("ebp/1", "logi/1"):
            assert scanner.ask("get", "/exchange/mine/", who) == 200
        assert {(who, what) for who, _method, _where, what in scanner.told.leaks} >= {
            ("ebp/1", "own/0"),
            ("logi/1", "own/1"),
        }
    finally:
        marked_owner.execute("ALTER TABLE exchange_hub_correction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    again = Scanner(marked_zone, SEED)
    again.ask("get", "/exchange/mine/", "ebp/1")
    assert again.told.leaks == []


def test_marks_are_parted_so_that_every_kind_has_strangers(marked_zone: World) -> None:
    for kind, parties in PARTIES.items():
        for circle in marked_zone.circles:
            assert set(parties) < set(circle.firms), kind
            assert MARK.fullmatch(circle.mark(kind).encode()), "it is found where it stands"
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE clearance_trade DISABLE ROW LEVEL SECURITY")  # the pages' role may not


def test_the_parts_of_a_walk_ask_everything_once_between_them(
    marked_zone: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[tuple[int, int], list[tuple[str, str, str]]] = {}
    for part in ((0, 1), (0, 2), (1, 2)):
        here = asked[part] = []
        monkeypatch.setattr(Scanner, "ask", lambda _, *told, here=here: here.append(told))
        Scanner(marked_zone, SEED).walk(0.01, most=1, part=part)
    assert asked[0, 1] and sorted(asked[0, 2] + asked[1, 2]) == sorted(asked[0, 1])
    assert not set(asked[0, 2]) & set(asked[1, 2])


def test_a_method_an_address_does_not_know_is_asked_by_a_few_and_one_it_knows_by_all(
    marked_zone: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, set[str]] = {}

    def answer(_: Scanner, method: str, where: str, name: str) -> int:
        asked.setdefault(where, set()).add(name)
        return 200 if where == "/track/" and len(asked[where]) == ALIKE else 405

    monkeypatch.setattr(Scanner, "ask", answer)
    scanner = Scanner(marked_zone, SEED)
    scanner.walk(1.0, ("put",), most=1)
    assert len(asked["/board.json"]) == ALIKE
    assert len(asked["/track/"]) > ALIKE, "the last of the few was answered otherwise"
    assert scanner.told.spared > len(asked)


def test_an_echo_of_the_question_is_no_leak_but_a_word_around_it_is() -> None:
    for text, beyond in (
        (b"", False), (b"<p>QZ1K0XW</p>", False), (b"?number=QZ1K0XW&x", False), (b"AB-QZ1K0XW", True), (b"QZ1K0XW QZ1K0XW9", True),
        (b"QZ1K0XW%41", True),
    ):  # fmt: skip
        assert beyond_echo(text, b"/track/?number=QZ1K0XW", b"QZ1K0XW") is beyond, text
