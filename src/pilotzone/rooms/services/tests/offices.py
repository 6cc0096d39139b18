"""Who takes part in the tests of cases: firms with their clerks, departments, a county, and a zone on a day of its own."""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager
from typing import Any

from django.test import Client

from pilotzone.base.ids import uscc
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.doors import actor_of
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api

FOUNDED = datetime.date(2019, 1, 2)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PDF = b"%PDF-1.4 synthetic"
PEOPLE = {  # name: (role, unit)
    "office": ("zone_officer", "zone"), "second": ("zone_officer", "zone"), "customs": ("customs_officer", "customs"),
    "tax": ("tax_officer", "tax"), "tax2": ("tax_officer", "tax"), "safe": ("safe_officer", "safe"),
    "commerce": ("agency_officer", "commerce"), "finance": ("agency_officer", "finance"), "county": ("district_officer", "360111"),
    "operator": ("operator", "eport"), "operator2": ("operator", "eport"), "auditor": ("auditor", "audit"),
}  # fmt: skip


class Day:
    """The zone's clock in a test: stands where it is put."""

    def __init__(self, monkeypatch: Any, day: str = "2021-03-15") -> None:
        self.at = datetime.datetime.fromisoformat(day + "T10:00:00+08:00")
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr(clock, "today", lambda: self.at.date())  # noqa: PLW0108 (`at` moves)

    def go(self, day: str) -> None:
        """Move on to another day."""
        self.at = datetime.datetime.fromisoformat(day + "T10:00:00+08:00")


class Cast:
    """Firms `clerk` (e-commerce), `other` (service enterprise, agent) and offices, each entered by `with cast.act(name):`."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.members: dict[str, Membership] = {}
        with scope(PLATFORM):
            self.firm, self.agent = self._firm(number, ["ebc"]), self._firm(number + 500, ["service"])
            self._member("clerk", "ebc", organisation=self.firm)
            self._member("admin", "firm_admin", organisation=self.firm)
            self._member("other", "service", organisation=self.agent)
            for name, (role, unit) in PEOPLE.items():
                self._member(name, role, unit=Unit.objects.get(code=unit))

    def actor(self, who: str) -> Actor:
        """Somebody as an actor."""
        with scope(PLATFORM):
            member = Membership.objects.select_related("person", "unit", "organisation").get(pk=self.members[who].pk)
            return actor_of(member.person, member, on=clock.today())

    def act(self, who: str) -> AbstractContextManager[Actor]:
        """A scope in somebody's name."""
        return scope(self.actor(who))

    def _firm(self, number: int, roles: list[str]) -> Organisation:
        stem = f"Y1360111TEA{number:06d}"
        made = Organisation.objects.create(
            name=f"（合成）试验公司{number}", uscc=stem + uscc.calc_check_digit(stem), roles=roles,
            created_at=datetime.datetime(2019, 1, 2, tzinfo=datetime.UTC),
        )  # fmt: skip
        UnitLink.objects.create(
            organisation=made, unit=Unit.objects.get(code="360111"), kind="registered", valid_from=FOUNDED
        )
        return made

    def _member(self, name: str, role: str, **where: Any) -> None:
        person = Person.objects.create(username=f"{name}-{self.number}", display_name=f"{name}{self.number}")
        self.members[name] = appoint(person=person, role_code=role, since=FOUNDED, **where)


def client_of(cast: Cast, who: str) -> Client:
    """A browser of somebody."""
    client = Client()
    client.force_login(cast.members[who].person, backend=BACKEND)
    return client


def values_of(key: str, **more: Any) -> dict[str, Any]:
    """What fills the form of an item without a fault."""
    found: dict[str, Any] = {}
    for one in api.fields(key):
        match one.kind:
            case "choice":
                found[one.key] = one.choices[0][0]
            case "choices":
                found[one.key] = [one.choices[0][0]]
            case "day":
                found[one.key] = "2030-12-30"
            case "whole" | "number":
                found[one.key] = one.low or "1"
            case "tick":
                found[one.key] = True
            case _:
                found[one.key] = "合成内容，仅供试验之用，不代表真实业务"[: one.most]
    known = {"phone": "0791-10000001", "account": "0001", "year": "2021"}
    return found | {name: text for name, text in known.items() if name in found} | more


def papers_of(key: str) -> dict[str, tuple[str, bytes]]:
    """Every paper an item must have, synthetic."""
    begins = {
        "pdf": PDF,
        "xlsx": b"PK\x03\x04synthetic",
        "docx": b"PK\x03\x04synthetic",
        "jpg": b"\xff\xd8\xffx",
        "png": b"\x89PNG\r\n\x1a\nx",
    }
    return {
        one["key"]: (f"合成.{one['kinds'][0]}", begins[one["kinds"][0]])
        for one in api.item(key)["materials"]
        if one["must"]
    }


def handed_in(cast: Cast, key: str = "training", who: str = "clerk", **more: Any) -> int:
    """A case handed in by a firm; its number."""
    with cast.act(who):
        return api.apply(key=key, values=values_of(key, **more), papers=papers_of(key))


def told(cast: Cast, number: int, who: str = "clerk") -> dict[str, Any]:
    """The case as somebody sees it."""
    with cast.act(who):
        return api.case(number)
