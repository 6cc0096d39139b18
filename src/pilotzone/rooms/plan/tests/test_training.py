"""Government training: who enters, who verifies, what it proves; the pages of every task and target open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.models import Training

pytestmark = pytest.mark.django_db
AT = datetime(2021, 12, 20, 8, tzinfo=UTC)
TODAY = date(2021, 12, 20)
PLAN, WORK = api.plan_of("nanchang-2019"), api.work_rule()
TAX = Actor(kind=AGENCY, person=900001, unit_path="zone.tax", role="liaison")
OFFICE = Actor(kind=ZONE, person=900004, unit_path="zone", role="zone_officer")


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def enter(**more: Any) -> int:
    words: dict[str, Any] = {
        "plan": PLAN, "work": WORK, "course": "跨境电商政策", "day": date(2021, 11, 5), "hours": Decimal(6), "at": AT,
        "came": {"zone.tax": 12, "zone.post": 3}, "certificate": "结业证书15份", "name": "签到表.pdf", "body": b"%PDF",
    }  # fmt: skip
    return api.enter_training(**words | more)


def proof() -> tuple[Decimal | None, str, bool]:
    with scope(PLATFORM):
        seen = api.overview(PLAN, TODAY)
    task = seen.tasks[38].evidence
    target = next(one for one in seen.targets if one.target.key == "government_training")
    assert target.evidence.value == task.value
    return task.value, task.kind, task.done


def test_a_course_counts_once_another_person_has_verified_it() -> None:
    with scope(TAX):
        number = enter()
        assert proof() == (0, "records", False)
        with pytest.raises(Denied):
            api.verify_training(number=number, confirmed=True, at=AT)
    with scope(OFFICE):
        api.verify_training(number=number, confirmed=True, at=AT)
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.verify_training(number=number, confirmed=False, remark="不符", at=AT)
        told = api.trained(PLAN, WORK, TODAY)
        assert (told.courses, told.persons, told.units) == (1, 15, 2)
        assert "zone.tax" not in {body.path for body in told.missing} and told.missing
        assert api.training_paper(number) == ("签到表.pdf", b"%PDF")
    assert proof() == (15, "records", False)


def test_it_proves_the_task_when_more_than_300_came_and_every_unit_did() -> None:
    with scope(OFFICE):
        bodies = api.subjects(PLAN, WORK, TODAY)
        number = enter(came={body.path: 20 for body in bodies})
    with scope(Actor(kind=ZONE, person=900005, unit_path="zone", role="zone_officer")):
        api.verify_training(number=number, confirmed=True, at=AT)
    value, _kind, done = proof()
    assert value == 20 * len(bodies) > 300 and done


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"course": " "}, "plan.course"), ({"hours": Decimal(0)}, "plan.course"), ({"hours": Decimal("NaN")}, "plan.course"),
        ({"day": date(2022, 1, 1)}, "plan.days"), ({"came": {}}, "plan.persons"), ({"came": {"zone.nowhere": 1}}, "plan.persons"),
        ({"came": {"zone.tax": -1}}, "plan.persons"), ({"body": b""}, "plan.attachment"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_nothing_is_kept(more: dict[str, Any], code: str) -> None:
    with scope(TAX):
        with pytest.raises(Refused) as refused:
            enter(**more)
        assert refused.value.code == code
        assert not Training.objects.exists()


def test_the_same_course_is_entered_once_and_nobody_verifies_his_own() -> None:
    with scope(OFFICE):
        number = enter()
        with pytest.raises(Refused, match=r"plan\.entered"):
            enter()
        with pytest.raises(Refused, match=r"plan\.four_eyes"):
            api.verify_training(number=number, confirmed=True, at=AT)
        with pytest.raises(Refused, match=r"plan\.remark"):
            api.verify_training(number=number, confirmed=False, at=AT)
    with scope(Actor(kind=ENTERPRISE, organisation=1, role="ebc")):
        assert not Training.objects.exists()
        with pytest.raises(Denied):
            enter()
