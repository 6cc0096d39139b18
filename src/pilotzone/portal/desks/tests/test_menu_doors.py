"""No dead button: whatever a menu or the home page shows a role, its door opens for that role."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.roles import Role, roles

BODIES = {
    "zone.samr": "samr",
    "zone.customs": "customs",
    "zone.tax": "tax",
    "zone.safe": "safe",
    "zone.districts": "360111",
}
LINK = re.compile(r'href="(/[^"#]*)')
ENDS = ("/accounts/logout/",)


def body_of(role: Role) -> str:
    """A firm or the code of a unit somebody in this role may work for."""
    if role.side == "organisation":
        return "甲公司"
    return BODIES.get(role.unit, role.unit.rpartition(".")[2])


def doors_of(home: Any) -> set[str]:
    """Where the home page and its menus lead whoever looks at it."""
    assert home.status_code == 200
    return {one for one in LINK.findall(home.content.decode()) if not one.startswith(("/static/", *ENDS))}


def closed(client: Client, doors: set[str]) -> dict[str, int]:
    return {path: answer for path in sorted(doors) if (answer := client.get(path).status_code) not in (200, 302)}


@pytest.mark.parametrize("role", [one for one in roles() if one.side != "none"], ids=lambda one: one.code)
def test_every_door_shown_opens(signed_in: Callable[..., Client], role: Role) -> None:
    client = signed_in(role.code, body_of(role))
    home = client.get("/")
    assert home.wsgi_request.party_name, "signed in as somebody who acts for a body"
    shown, everybodys = doors_of(home), doors_of(Client().get("/"))
    assert len(shown) > 15, "menus, blocks and ones"
    assert closed(client, shown - everybodys) == {}


@pytest.mark.parametrize(("role", "body"), [(None, ""), ("ebp", "甲公司"), ("zone_officer", "zone")])
def test_everybodys_doors_open_for_strangers_and_for_the_signed_in(
    signed_in: Callable[..., Client], role: str | None, body: str
) -> None:
    client = signed_in(role, body) if role else Client()
    shown = doors_of(client.get("/")) & doors_of(Client().get("/"))
    assert len(shown) > 10 and closed(client, shown) == {}


@pytest.mark.parametrize("role", ["administrator", "operator", "zone_officer"])
def test_every_door_shown_opens_in_a_real_zone(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setattr(clock, "is_demo", lambda: False)
    client = signed_in(role, "eport" if role == "operator" else "zone")
    shown = doors_of(client.get("/")) | doors_of(client.get("/office/"))
    assert "/accounts/steps/" in shown and closed(client, shown) == {}
