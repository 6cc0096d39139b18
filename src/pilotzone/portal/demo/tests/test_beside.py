"""Desks work beside the flood, in their order, and what fails there is not lost."""

from __future__ import annotations

import sys
import threading

import pytest

from pilotzone.portal.demo.beside import SWITCH_S, apart, beside
from pilotzone.portal.demo.load import QUIET, settle


def test_steps_follow_one_another_in_a_thread_of_their_own() -> None:
    done: list[tuple[int, bool]] = []
    here = threading.get_ident()
    with beside([lambda n=n: done.append((n, threading.get_ident() == here)) for n in range(3)]) as waiting:  # type: ignore[misc]
        waiting[0].result(timeout=10)
        assert done[0] == (0, False)
    assert done == [(0, False), (1, False), (2, False)]


def test_a_desk_gets_its_turn_soon_and_only_as_long_as_desks_are_at_work() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(KeyError), beside([lambda: None]):
        assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
        raise KeyError("flood")
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_a_step_that_fails_ends_those_after_it_and_is_told_at_the_end() -> None:
    done: list[int] = []

    def fail() -> None:
        raise LookupError("desk")

    with pytest.raises(LookupError, match="desk"), beside([lambda: done.append(0), fail, lambda: done.append(2)]):
        pass
    assert done == [0]


def test_a_body_that_fails_gives_up_what_has_not_begun() -> None:
    begun, given_up, done = threading.Event(), threading.Event(), list[int]()

    def held() -> None:
        begun.set()
        given_up.wait(10)
        done.append(0)

    with pytest.raises(KeyError, match="flood"), beside([held, lambda: done.append(1)]) as waiting:
        waiting[1].add_done_callback(lambda _: given_up.set())
        begun.wait(10)
        raise KeyError("flood")
    assert done == [0]


def test_parts_are_done_at_the_same_time_and_one_that_fails_stops_no_other() -> None:
    both, done = threading.Barrier(2), list[str]()

    def work(part: str) -> None:
        both.wait(10)
        if part == "bad":
            raise LookupError(part)
        done.append(part)

    with pytest.raises(LookupError, match="bad"):
        apart(work, "bad", "good")
    assert done == ["good"]


class Places:
    """A connection of which nothing is asked."""

    autocommit = False

    def __enter__(self) -> Places:
        return self

    def __exit__(self, *told: object) -> None:
        return None


@pytest.mark.parametrize(("left", "looks"), [([0, 0, 0], 3), ([5, 0, 0, 3, 0, 0, 0], 7)])
def test_it_is_settled_once_nothing_waits_for_some_looks(
    monkeypatch: pytest.MonkeyPatch, left: list[int], looks: int
) -> None:
    from pilotzone.portal.demo import load

    seen, told = iter(left), list[tuple[int, int]]()
    monkeypatch.setattr(load, "_waiting", lambda connection: next(seen))
    monkeypatch.setattr(load, "LOOK_S", 0.0)
    place = Places()
    assert settle(lambda: place, lambda *words: told.append(words), counterpart=lambda: 0)  # type: ignore[arg-type, return-value]
    assert len(told) == looks - 1
    assert (QUIET, place.autocommit) == (3, True)


def test_what_never_ends_is_not_waited_for_longer_than_was_said() -> None:
    assert not settle(Places, lambda *_: None, counterpart=lambda: 1, limit_s=0)  # type: ignore[arg-type]
