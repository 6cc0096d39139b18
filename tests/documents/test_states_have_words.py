"""Every state of a trade has a word in the ui, the platform's own the same word in the room and on the page."""

from __future__ import annotations

from pilotzone.rooms.clearance.engine import states
from pilotzone.ui.states import STATES, state_of


def test_every_state_of_the_clearance_room_has_a_word() -> None:
    known = {key for state in STATES for key in state.keys}
    values = [getattr(states, name) for name in dir(states) if name.isupper() and name[0] != "_"]
    own = {value for value in values if isinstance(value, str)}
    assert len(own) > 15
    assert own <= known


def test_the_platforms_own_states_are_called_alike_everywhere() -> None:
    assert {key: state_of(key).word for key in states.WORDS} == {key: zh for key, (zh, _) in states.WORDS.items()}
