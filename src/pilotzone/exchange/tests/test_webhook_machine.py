"""Whatever happens in whatever order: nothing committed is lost, the order is kept, only committed work is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pilotzone.exchange import receipts
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.exchange.tests.pushing import Connection, subscribe, write
from pilotzone.exchange.webhooks import ledger
from pilotzone.exchange.webhooks.ledger import Due
from pilotzone.exchange.webhooks.waits import wait_after

WAITS = (5,)  # dead after the second failure
ANSWERS = {
    "taken": Answer(200, 1),
    "refused": Answer(500, 1),
    "lost": Answer(0, 1, error="timeout"),
    "gone": Answer(410, 1),
}
TABLES = ("exchange_delivery_attempt", "exchange_delivery", "exchange_hook_cursor", "exchange_hook", "exchange_receipt")


class Pushing(RuleBasedStateMachine):
    """Two writers that commit in any order, a courier that may be killed, a receiver that fails as it likes."""

    connect: Callable[[], Connection]

    def __init__(self) -> None:
        super().__init__()
        self.main, self.writers = self.connect(), [self.connect(), self.connect()]
        _empty(self.main)
        self.hook, _ = subscribe(self.main)
        self.count = 0
        self.open: dict[int, list[str]] = {0: [], 1: []}
        self.committed: set[str] = set()
        self.under_way: list[Due] = []
        self.seen: dict[str, list[str]] = {}  # webhook-id → keys, as the receiver got them first
        self.taken: list[str] = []  # webhook-ids the receiver took, first time each, in order
        self.ever_dead: set[str] = set()

    @rule(who=st.integers(0, 1), many=st.integers(1, 3))
    def write_some(self, who: int, many: int) -> None:
        keys = [f"K{self.count + n}" for n in range(many)]
        self.count += many
        write(self.writers[who], *keys)
        self.open[who] += keys

    @rule(who=st.integers(0, 1), well=st.booleans())
    def end_a_writer(self, who: int, well: bool) -> None:
        if well:
            self.writers[who].commit()
            self.committed.update(self.open[who])
        else:
            self.writers[who].rollback()
        self.open[who] = []

    @rule()
    def form(self) -> None:
        with self.main.transaction(), self.main.cursor() as cursor:
            ledger.form(cursor, receipts.safe(cursor))

    @rule()
    def claim(self) -> None:
        with self.main.transaction(), self.main.cursor() as cursor:
            self.under_way += ledger.claim(cursor, places=3, troubled=3)

    @precondition(lambda self: self.under_way)
    @rule(how=st.sampled_from(sorted(ANSWERS)), killed=st.booleans())
    def send(self, how: str, killed: bool) -> None:
        """A lost answer is one the receiver took and nobody heard of; a kill comes between sending and noting."""
        due = self.under_way.pop(0)
        keys = _keys(due)
        assert set(keys) <= self.committed, "only committed work is sent"
        assert self.seen.setdefault(due.message_id, keys) == keys, "one id always says the same"
        if how in ("taken", "lost") and due.message_id not in self.taken:
            self.taken.append(due.message_id)
        if killed:
            return
        with self.main.transaction(), self.main.cursor() as cursor:
            ledger.settle(cursor, due, ANSWERS[how], wait_after(due.attempts, WAITS))
        self._note_dead()

    @rule()
    def time_passes(self) -> None:
        self.main.execute("UPDATE exchange_delivery SET next_try_at = pz_now() WHERE state = 'queued'")
        self.main.commit()

    @rule()
    def leases_end(self) -> None:
        self.under_way.clear()
        self.main.execute("UPDATE exchange_delivery SET leased_until = leased_until - interval '1 day'")
        self.main.commit()

    @rule(states=st.sampled_from([("dead",), ("sent", "dead"), ("queued",)]))
    def replay(self, states: tuple[str, ...]) -> None:
        with self.main.transaction(), self.main.cursor() as cursor:
            ledger.replay(cursor, self.hook, states=states)

    @rule(state=st.sampled_from(["on", "off"]))
    def switch(self, state: str) -> None:
        self.main.execute("UPDATE exchange_hook SET state = %s", (state,))
        self.main.commit()

    @invariant()
    def the_order_is_kept(self) -> None:
        """What was never dead is taken for the first time in the order of the receipts."""
        numbers = self._numbers()
        firsts = [numbers[told] for told in self.taken if told not in self.ever_dead]
        assert firsts == sorted(firsts)

    def teardown(self) -> None:
        """The receiver is well again: in the end it has everything that was committed, each once by its ids."""
        for who in self.open:
            self.end_a_writer(who, True)
        self.switch("on")
        self.leases_end()
        for _ in range(self.count + 5):
            self.replay(("dead",))
            self.time_passes()
            self.form()
            self.claim()
            while self.under_way:
                self.send("taken", False)
        got = [key for told in self.taken for key in self.seen[told]]
        assert sorted(got) == sorted(self.committed), "nothing lost, nothing twice but under its own id"
        assert set(self.taken) == set(self._numbers())
        for connection in (self.main, *self.writers):
            connection.rollback()

    def _numbers(self) -> dict[str, int]:
        rows = self.main.execute("SELECT message_id, first_number FROM exchange_delivery").fetchall()
        self.main.commit()
        return dict(rows)

    def _note_dead(self) -> None:
        rows = self.main.execute("SELECT message_id FROM exchange_delivery WHERE state = 'dead'").fetchall()
        self.main.commit()
        self.ever_dead.update(told for (told,) in rows)


def _keys(due: Due) -> list[str]:
    import json

    return [one["document"] for one in json.loads(due.content)["data"]["receipts"]]


def _empty(connection: psycopg.Connection[Any]) -> None:
    for table in TABLES:
        connection.execute(f"DELETE FROM {table}")
    connection.commit()


def test_nothing_is_lost_in_any_history(emptied: Callable[[], Connection], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MOST_RECEIPTS", 2)
    pool = [emptied() for _ in range(3)]
    write(
        pool[0], "SIGNER"
    )  # who signs is noted with the first receipt, and the second to note it would wait for the first
    pool[0].commit()
    handed = iter(())

    def lend() -> Connection:
        nonlocal handed
        found = next(handed, None)
        if found is None:
            handed = iter(pool)
            found = next(handed)
        return found

    class Machine(Pushing):
        connect = staticmethod(lend)

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Machine, settings=settings(max_examples=25, stateful_step_count=30, deadline=None)
    )
