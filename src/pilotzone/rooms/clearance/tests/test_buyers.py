"""The match goes by what the authorised body answered about a buyer, until the last day it counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from pilotzone.base.ids import ric
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api
from pilotzone.rooms.clearance.engine.case import Identity
from pilotzone.rooms.clearance.queries import lookups

RIGHT, WRONG = ("36010218900101" + three + ric.calc_check_digit("36010218900101" + three) for three in ("001", "002"))


@pytest.mark.django_db
def test_answers_reach_the_match_and_end_by_their_day() -> None:
    with scope(PLATFORM):
        firm = Organisation.objects.create(name="甲", roles=["ebp"], created_at=datetime(2021, 1, 4, tzinfo=UTC))
        day = clock.today()
    rows = [("1", "1", RIGHT, "合成甲"), ("2", "1", WRONG, "合成乙"), ("3", "1", "x", "合成丙")]
    with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="ebp")):
        api.check_buyers(
            rows=rows, ask=lambda _name, number: number == RIGHT, authority="合成机构", consented=True, channel="api"
        )
    with scope(PLATFORM), connection.cursor() as cursor:
        found = lookups.identities(cursor, [api.buyer_key("1", number) for number in (RIGHT, WRONG)])
    last = day + timedelta(days=365)
    assert found == {
        (api.buyer_key("1", RIGHT), lookups.name_hash("合成甲")): Identity(True, "合成机构", last),
        (api.buyer_key("1", WRONG), lookups.name_hash("合成乙")): Identity(False, "合成机构", last),
    }
    for one in found.values():
        assert one.says(bool(one.matches), last) and not one.says(bool(one.matches), last + timedelta(days=1))
        assert not one.says(not one.matches, day)
