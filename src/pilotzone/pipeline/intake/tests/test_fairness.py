"""A flood of one sender delays no other; who is told to wait is told for how long, and by whose fault."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.pace import LONGEST_WAIT_S, Pace, Patience
from pilotzone.pipeline.intake.problems import Turned
from pilotzone.pipeline.intake.queues import TURN_BYTES, Queues
from pilotzone.pipeline.intake.tests.conftest import XML, Client, Store, until
from pilotzone.pipeline.intake.writer import MOST_CROWDED, crowd


def turned(work: object, *words: object, **more: object) -> Turned:
    with pytest.raises(Turned) as caught:
        work(*words, **more)  # type: ignore[operator]
    return caught.value


def test_a_sender_with_one_message_is_in_the_next_group_whatever_others_send() -> None:
    queues: Queues[str] = Queues(Limits(group_messages=50))
    for n in range(1000):
        queues.add("flood", 4000, f"flood {n}")
    queues.add("small", 4000, "small")
    group = queues.next_group()
    assert "small" in group
    assert len(group) == 50


def test_large_messages_take_turns_with_small_ones_by_their_bytes() -> None:
    queues: Queues[str] = Queues(Limits(group_bytes=20 * TURN_BYTES))
    for n in range(10):
        queues.add("large", 10 * TURN_BYTES, f"large {n}")
    for n in range(100):
        queues.add("small", TURN_BYTES // 4, f"small {n}")
    assert queues.next_group() == ["large 0", *(f"small {n}" for n in range(4)), "large 1"]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 3 * TURN_BYTES)), max_size=60), st.integers(1, 9))
def test_every_message_leaves_once_and_in_its_senders_order(sent: list[tuple[str, int]], most: int) -> None:
    queues: Queues[tuple[str, int]] = Queues(Limits(group_messages=most))
    for place, (sender, size) in enumerate(sent):
        queues.add(sender, size, (sender, place))
    left: list[tuple[str, int]] = []
    while group := queues.next_group():
        assert len(group) <= most
        left += group
    assert queues.count == 0
    assert sorted(left) == sorted((sender, place) for place, (sender, _) in enumerate(sent))
    for sender in "abcd":
        own = [place for name, place in left if name == sender]
        assert own == sorted(own)


def test_a_full_share_is_the_senders_and_a_full_queue_is_ours() -> None:
    queues: Queues[int] = Queues(Limits(waiting=3, waiting_per_sender=2, sender_bytes=100))
    queues.add("a", 60, 1)
    assert turned(queues.add, "a", 60, 2).code == "intake.too_many"
    queues.add("a", 10, 2)
    assert turned(queues.add, "a", 10, 3).code == "intake.too_many"
    queues.add("b", 10, 4)
    assert turned(queues.add, "c", 10, 5).code == "intake.full"


def test_the_pace_of_a_sender_says_when_it_may_go_on() -> None:
    pace = Pace(2, 0)
    for _ in range(20):
        pace.check("a", 100.0)
    refused = turned(pace.check, "a", 100.0)
    assert (refused.code, refused.retry_s) == ("intake.too_many", 1)
    pace.check("b", 100.0)
    pace.check("a", 100.0 + refused.retry_s)


def test_bytes_beyond_the_measure_are_waited_for() -> None:
    pace = Pace(0, 1000)
    pace.check("a", 0.0)
    pace.charge("a", 0.0, messages=0, size=15_000)
    assert turned(pace.check, "a", 0.0).retry_s == 6
    pace.check("a", 6.0)


def test_who_is_refused_again_and_again_waits_longer_until_it_is_taken() -> None:
    patience = Patience()
    waits = [patience.longer("a", Turned("intake.away")).retry_s for _ in range(8)]
    assert waits == [2, 4, 8, 16, 32, LONGEST_WAIT_S, LONGEST_WAIT_S, LONGEST_WAIT_S]
    assert patience.longer("b", Turned("intake.away")).retry_s == 2
    patience.taken("a")
    assert patience.longer("a", Turned("intake.full")).retry_s == 2
    assert patience.longer("a", Turned("intake.too_many")).retry_s == 0


def test_a_flood_through_the_door_lets_the_next_sender_pass(client: Client, store: Store) -> None:
    store.gate.clear()
    store.rows = [(7, False, 1)]
    with ThreadPoolExecutor(12) as pool:
        flood = [pool.submit(client.post, b"<flood>" + b"x" * TURN_BYTES, {**XML, "Authorization": "Bearer a"})]
        assert store.reached.wait(5)
        flood += [
            pool.submit(client.post, b"<flood>" + b"x" * TURN_BYTES, {**XML, "Authorization": "Bearer a"})
            for _ in range(9)
        ]
        until(lambda: client.intake.writer.waiting() >= 9)
        store.rows = [(8, False, 1)]
        small = pool.submit(client.post, b"<small/>", {**XML, "Authorization": "Bearer b"})
        until(lambda: client.intake.writer.waiting() >= 10)
        store.gate.set()
        assert {one.result(5)[0] for one in [*flood, small]} == {202}
    assert store.groups[1].index(b"<small/>") == 1


def test_a_crowd_is_gathered_longer_and_a_few_never() -> None:
    assert [crowd(size) for size in (1, 2, 4)] == [1.0, 1.0, 1.0]
    assert [crowd(size) for size in (8, 16, 500)] == [2.0, MOST_CROWDED, MOST_CROWDED]
