"""Any history of a filing: nobody does what is not his, every success is one step, one line, one version; a refusal is nothing."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.models import Filing, Step
from pilotzone.rooms.registry.tests.offices import PROMISES, VALUES, Cast, Registers, filled

pytestmark = pytest.mark.django_db
numbers = itertools.count(1000)
WHO = ("clerk", "county", "office", "second", "tax")
VERB = tuple(name for name in states.VERBS if name not in ("bulk", "ask", "verify", "take_effect", "note", "reopen"))


class Life(RuleBasedStateMachine):
    """One filing and five people who try everything."""

    registers: Registers

    @initialize()
    def begin(self) -> None:
        number = next(numbers)
        self.cast = Cast(number)
        self.registers.know(self.cast.code, f"试验公司{number}")
        self.filing = filled(self.cast)
        self.state, self.steps, self.count = "draft", 3, 0
        self.left = False

    @rule(who=st.sampled_from(WHO), verb=st.sampled_from(VERB))
    def attempt(self, who: str, verb: str) -> None:
        allowed = self._allowed(who, verb)
        came = self._row()
        try:
            with self.cast.act(who):
                self._do(verb, came.version)
        except Problem:
            assert not allowed, (who, verb, self.state)
            after = self._row()
            assert (after.state, after.version, after.values) == (came.state, came.version, came.values)
            return
        assert allowed, (who, verb, self.state)
        self.state = states.move(self.state, verb)
        self.steps += 1
        if verb == "accept":
            self.state, self.steps = "valid", self.steps + 1
        self.left = self.left or verb == "cancel"

    @rule(who=st.sampled_from(("clerk", "county", "office")), verb=st.sampled_from(VERB))
    def come_late(self, who: str, verb: str) -> None:
        """Whoever saw an earlier version is told and changes nothing."""
        came = self._row()
        if not self._allowed(who, verb):
            return
        with self.cast.act(who), pytest.raises(Refused, match=r"registry\.filing\.moved"):
            self._do(verb, came.version - 1)
        assert self._row().version == came.version

    @rule()
    def begin_again(self) -> None:
        if self.state != "cancelled" or self.left:
            return
        with self.cast.act("clerk"):
            api.start(uscc=self.cast.code)
        self.state, self.steps = "draft", self.steps + 1

    @invariant()
    def it_is_as_it_should_be(self) -> None:
        row = self._row()
        with scope(PLATFORM):
            kept = list(Step.objects.filter(filing=row).order_by("number").values_list("number", flat=True))
            lines = [one for one in audit.trail("filing", row.pk) if one["action"].startswith("filing.")]
            firm = Organisation.objects.get(pk=self.cast.organisation.pk)
            known = self._public()
        assert row.state == self.state and row.version == self.steps
        assert kept == list(range(1, self.steps + 1)) and len(lines) == self.steps
        assert known == (self.state in ("valid", "changing", "suspended"))
        assert firm.suspended(clock.today()) == (self.state == "suspended" or self.left)
        assert (row.pending is not None) == (self.state == "changing")

    def _allowed(self, who: str, verb: str) -> bool:
        told = states.VERBS[verb]
        if self.state not in told.moves or not may(told.action, self.cast.actor(who)):
            return False
        # the county has its days first; a firm that left is gone from the register of firms
        return not (verb == "accept" and self.state == "confirmed") and not (self.left and verb == "ask_cancel")

    def _do(self, verb: str, version: int) -> None:
        self.count += 1
        call: Callable[..., Any] = getattr(api, "return_" if verb == "return" else verb)
        more: dict[str, Any] = {"version": version}
        if states.VERBS[verb].reason:
            more["reason"] = "试验"
        if verb in ("fill", "change"):
            more |= {"roles": ["ebc"], "values": VALUES | {"payee_account": f"户{self.count}"}, "licences": []}
        if verb == "confirm":
            more["commitments"] = PROMISES
        if verb in ("send_back", "return", "return_change"):
            more["remarks"] = {"phone": "核对"}
        if verb == "suspend":
            more |= {"since": clock.today(), "legal_basis": "平台管理办法"}
        call(self.filing, **more)

    def _row(self) -> Filing:
        with scope(PLATFORM):
            return Filing.objects.get(pk=self.filing)

    def _public(self) -> bool:
        try:
            return bool(api.public(self.cast.code))
        except Refused:
            return False


def test_any_history_of_a_filing_holds(registers: Registers) -> None:
    kind = type("Life", (Life,), {"registers": registers})
    run_state_machine_as_test(kind, settings=settings(max_examples=6, stateful_step_count=25))
