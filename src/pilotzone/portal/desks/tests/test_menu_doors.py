"""No dead button: whatever a menu or the home page shows a role, its door opens for that role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

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


@pytest.mark.parametrize("role", [one for one in roles() if one.side != "none"], ids=lambda one: one.code)
def test_every_door_shown_opens(signed_in: Callable[..., Client], role: Role) -> None:
    client = signed_in(role.code, body_of(role))
    home = client.get("/")
    assert home.status_code == 200
    assert home.wsgi_request.party_name, "signed in as somebody who acts for a body"
    shown = {one for one in LINK.findall(home.content.decode()) if not one.startswith(("/static/", *ENDS))}
    assert len(shown) > 15, "menus, blocks and ones"
    closed = {path: answer for path in sorted(shown) if (answer := client.get(path).status_code) not in (200, 302)}
    assert not closed
