"""The demonstration of data exchange stands at every stage, once."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from pilotzone.exchange.hub import agreements, log, mailbox, rows
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo import sharing

pytestmark = pytest.mark.django_db


def test_agreements_stand_at_every_stage_and_were_used() -> None:
    assert sharing.share() == 5
    assert sharing.share() == 0, "asked again it does nothing twice"
    with scope(PLATFORM):
        assert Counter(one["shown"] for one in agreements.agreements()) == {
            "granted": 2,
            "checked": 1,
            "applied": 1,
            "declined": 1,
        }
        assert Counter(one["state"] for one in mailbox.listed()) == {"taken": 4, "queued": 1, "dead": 1}
        told = Counter(json.loads(one["entry"])["what"] for one in log.entries(limit=100))
        assert (
            told["query.refused"] + told["query.answered"] == 3
            and told["query.refused"]
            and told["message.taken"] == 6
            and told["message.dead"] == 1
        )
        assert log.broken() == []
        assert rows.first(
            "SELECT count(DISTINCT p) AS n FROM exchange_hub_agreement, unnest(ARRAY[applied_by, checked_by, decided_by]) p"
        ) != {"n": 0}
