"""A reason that is too long is refused before anything of its act is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from pilotzone.base.errors import Refused
from pilotzone.base.ids import uscc
from pilotzone.kernel import clock
from pilotzone.kernel.access import firms, members, sites
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import Cast

pytestmark = pytest.mark.django_db
SINCE = date(2021, 6, 1)
STEM = "91360111MA0000001"


def filing(name: str = "测试公司") -> firms.Filing:
    return firms.Filing(name=name, uscc=STEM + uscc.calc_check_digit(STEM), roles=("ebc",))


def registered() -> int:
    return firms.register(filing()).pk


ACTS: list[Callable[[], object]] = [
    lambda: firms.register(filing(), evidence="长" * 301),
    lambda: firms.change(registered(), filing("改名公司"), reason="长" * 301),
    lambda: firms.cancel(registered(), on=clock.today(), reason="长" * 301),
    lambda: sites.close_site(slug="none", on=clock.today(), reason="长" * 201),
    lambda: sites.checked({"name_zh": "甲", "name_en": "A", "accent": "blue", "intro_zh": "长" * 1001}),
    lambda: sites.checked({"name_zh": "甲", "name_en": "A", "accent": "blue", "links": [{"zh": "长" * 301, "href": "/"}]}),
    lambda: sites.checked({"name_zh": "甲", "name_en": "A", "accent": "blue", "notices": [{"zh": "长" * 501, "from": "2021-01-01"}]}),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(ACTS)))
def test_it_is_refused_and_nothing_stands(cast: Cast, place: int) -> None:
    with scope(PLATFORM), pytest.raises(Refused) as told:
        ACTS[place]()
    assert told.value.code == "text.long" and told.value.fields
    with scope(PLATFORM):
        assert not Organisation.objects.filter(name="改名公司").exists()
        assert not Organisation.objects.exclude(cancelled_on=None).exists()


def test_a_deputyship_goes_on(cast: Cast) -> None:
    with scope(PLATFORM):
        made = members.deputise(cast.clerks, deputy=cast.mate, since=SINCE, until=SINCE + timedelta(6), reason="r")
        with pytest.raises(Refused) as told:
            members.end_deputyship(made, today=SINCE, reason="长" * 201)
        assert told.value.code == "text.long"
        assert Membership.objects.get(pk=made.pk).valid_to == SINCE + timedelta(6)
