"""Any history of a case: nobody does what is not his, every success is one move, one line, one version; a refusal is nothing."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api
from pilotzone.rooms.services.engine import states
from pilotzone.rooms.services.models import Case, Desk, Move, Notice
from pilotzone.rooms.services.tests.offices import Cast, Day, handed_in, values_of

pytestmark = pytest.mark.django_db
numbers = itertools.count(1000)
WHO = ("clerk", "other", "office", "customs", "tax", "auditor")
VERBS = tuple(name for name in states.VERBS if name not in ("attach", "hand_over"))


class Life(RuleBasedStateMachine):
    """One case of three desks and six people who try everything."""

    @initialize()
    def begin(self) -> None:
        self.cast = Cast(next(numbers))
        self.case = handed_in(self.cast, "training")
        self.state, self.back, self.version, self.urged = "submitted", "", 2, False

    @rule(who=st.sampled_from(WHO), verb=st.sampled_from(VERBS))
    def attempt(self, who: str, verb: str) -> None:
        allowed = self._allowed(who, verb)
        before = self._row()
        try:
            with self.cast.act(who):
                self._do(verb, before.version)
        except Problem:
            assert not allowed, (who, verb, self.state)
            after = self._row()
            assert (after.state, after.version, after.values) == (before.state, before.version, before.values)
            return
        assert allowed, (who, verb, self.state)
        came, self.version = self.state, self.version + 1
        self.state = states.move(came, verb, back=self.back, last=True)
        self.back = came if verb == "return" else self.back
        self.urged = self.urged or verb == "urge"

    @rule(who=st.sampled_from(("clerk", "office")), verb=st.sampled_from(VERBS))
    def come_late(self, who: str, verb: str) -> None:
        """Whoever saw an earlier version is told and changes nothing."""
        if not self._allowed(who, verb):
            return
        with self.cast.act(who), pytest.raises(Refused, match=r"service\.case\.moved"):
            self._do(verb, self.version - 1)
        assert self._row().version == self.version

    @invariant()
    def it_is_as_it_should_be(self) -> None:
        row = self._row()
        with scope(PLATFORM):
            moves = list(Move.objects.filter(case=row).order_by("number").values_list("number", flat=True))
            lines = [one for one in audit.trail("case", row.pk) if one["action"].startswith("service.")]
            desks = list(Desk.objects.filter(case=row, state__in=("waiting", "paused")).values_list("state", flat=True))
            notices = Notice.objects.filter(case=row).count()
        assert row.state == self.state and row.version == self.version == len(moves) == len(lines)
        assert moves == list(range(1, self.version + 1))
        assert desks == (
            ["waiting"] if self.state in states.AT_DESK else ["paused"] if self.state == "returned" else []
        )
        assert notices == (self.state in ("approved", "refused", "closed"))

    def _allowed(self, who: str, verb: str) -> bool:
        told = states.VERBS[verb]
        if self.state not in told.moves or (verb == "urge" and self.urged):
            return False
        if told.action == states.FILL:
            return who == "clerk"
        return who == "office"

    def _do(self, verb: str, version: int) -> None:
        more: dict[str, Any] = {"version": version}
        if states.VERBS[verb].reason:
            more["reason"] = "试验"
        if verb == "save":
            more["values"] = values_of("training", persons="3")
        if verb == "return":
            more |= {"remarks": {"persons": "核对"}}
        call = getattr(api, {"return": "return_", "pass": "pass_"}.get(verb, verb))
        call(self.case, **more)

    def _row(self) -> Case:
        with scope(PLATFORM):
            return Case.objects.get(pk=self.case)


def test_any_history_of_a_case_holds(day: Day) -> None:
    run_state_machine_as_test(Life, settings=settings(max_examples=6, stateful_step_count=25))
