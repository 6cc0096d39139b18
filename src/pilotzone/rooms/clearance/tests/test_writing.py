"""A document being written that a colleague gives up between being seen and being held: gone, and no fault."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api
from pilotzone.rooms.clearance.models import Writing
from pilotzone.rooms.clearance.queries import written_drafts

pytestmark = pytest.mark.django_db
VERBS: dict[str, Callable[[int], object]] = {
    "save": lambda number: api.save_writing(number=number, revision=0, head={}, lines=[]),
    "keep": lambda number: api.keep_writing(number=number),
    "discard": lambda number: api.discard_writing(number=number, revision=0),
}


@pytest.fixture
def writer() -> Actor:
    code = uuid.uuid4().hex[:10].upper()
    with scope(PLATFORM):
        firm = Organisation.objects.create(
            name=f"（合成）平台{code}", customs_code=code, roles=["ebp"], created_at=datetime(2021, 1, 4, tzinfo=UTC)
        )
    return Actor(kind=ENTERPRISE, organisation=firm.pk, role="ebp")


@pytest.mark.parametrize("verb", VERBS)
def test_what_a_colleague_gave_up_at_the_same_moment_is_not_there(
    writer: Actor, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    access = written_drafts.access

    def overtaken(number: int) -> Writing:
        found = access(number)
        Writing.objects.filter(pk=number).delete()
        return found

    with scope(writer):
        number = api.begin_writing(message="CEB311Message")
        monkeypatch.setattr(written_drafts, "access", overtaken)
        with pytest.raises(Denied) as denied:
            VERBS[verb](number)
    assert denied.value.code == "kernel.access.unknown"
