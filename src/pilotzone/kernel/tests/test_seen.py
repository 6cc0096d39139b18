"""Who writes later than another is told who changed what, and when; who saw the record as it stands is not stopped."""

from __future__ import annotations

from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, seen
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _check(shown: int | None) -> None:
    seen.unmoved("thing", 5, shown, source="§", what=lambda lines: seen.named([("金额", "amount")]))


def test_the_later_of_two_is_told_and_the_mark_of_now_passes(cast: Cast) -> None:
    colleague = Actor(kind=ENTERPRISE, person=cast.clerk.pk, organisation=cast.firm.pk, role="ebp")
    with scope(colleague):
        shown = seen.mark("thing", 5)
        _check(shown)
        audit.record("thing.change", object_kind="thing", object_id=5)
        with pytest.raises(Refused, match=r"kernel\.record\.moved") as told:
            _check(shown)
        assert str(cast.clerk) in told.value.zh and "改了：金额" in told.value.zh and "changed: amount" in told.value.en
        _check(seen.mark("thing", 5))
        _check(None)


def test_the_marks_of_many_are_asked_at_once(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with scope(Actor(kind=ENTERPRISE, person=cast.clerk.pk, organisation=cast.firm.pk, role="ebp")):
        for number in (5, 6, 5, *range(100, 130)):
            audit.record("thing.change", object_kind="thing", object_id=number)
        with django_assert_max_num_queries(6):
            told = seen.marks("thing", [5, 6, 7, *range(100, 130)])
        assert told[5] > told[6] > told[7] == 0 and told[5] == seen.mark("thing", 5)


def test_another_body_is_named_and_not_its_people(cast: Cast) -> None:
    with scope(Actor(kind=ENTERPRISE, person=cast.clerk.pk, organisation=cast.firm.pk, role="ebp")):
        audit.record("thing.change", object_kind="thing", object_id=5)
    with scope(Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer")):
        with pytest.raises(Refused) as told:
            _check(0)
        assert cast.firm.name in told.value.zh and str(cast.clerk) not in told.value.zh.replace(cast.firm.name, "")


def test_a_mark_that_is_none_compares_nothing() -> None:
    assert [seen.mark_typed(one) for one in ("", "12", "-1", "１２", "9" * 30)] == [None, 12, None, None, None]


def test_many_names_are_counted() -> None:
    zh, en = seen.named([(f"字{n}", f"f{n}") for n in range(12)])
    assert zh.endswith("等12项") and en.endswith("and 4 more")
