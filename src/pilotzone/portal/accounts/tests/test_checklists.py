"""Every role has its first steps, each has its words and leads to a page that is there."""

from __future__ import annotations

import pytest

from pilotzone.kernel.access.roles import read, roles
from pilotzone.ui.menus import stands

LISTS = read("checklists.yaml")


def test_every_role_has_its_list_and_every_list_its_role() -> None:
    assert set(LISTS) - {"*"} == {each.code for each in roles()}


@pytest.mark.parametrize("role", LISTS)
def test_a_list_is_complete(role: str) -> None:
    steps = LISTS[role]
    keys = [step["key"] for step in [*LISTS["*"], *(steps if role != "*" else [])]]
    assert len(keys) == len(set(keys)) >= 2
    for step in steps:
        assert step["zh"] and step["en"], step
        assert stands(step["page"]), f"{step['page']} is no page"


@pytest.mark.parametrize("each", [one for one in roles() if one.side != "none"], ids=lambda one: one.code)
def test_who_acts_for_a_body_learns_how_to_name_a_deputy(each: object) -> None:
    assert "deputy" in {step["key"] for step in LISTS[each.code]}  # type: ignore[attr-defined]
