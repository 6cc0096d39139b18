"""Who takes part in the tests of filing: a firm with its clerk, a county, the zone office, and registers that answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.base.ids import uscc
from pilotzone.exchange.channels import registers as channel
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.doors import actor_of
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api

FOUNDED = datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)
DAY = FOUNDED.date()
ACCOUNT, CODE = "rep", "123456"


def code_of(number: int) -> str:
    """A synthetic credit code that passes its check."""
    stem = f"Y1360111TEA{number:06d}"
    return stem + uscc.calc_check_digit(stem)


class Registers:
    """Four registers that know what they are told; `away` and `unknown` name those that fail."""

    def __init__(self) -> None:
        self.books: dict[tuple[str, str], dict[str, str]] = {}
        self.away: set[str] = set()
        self.asked: list[tuple[str, str]] = []

    def know(self, code: str, name: str, **more: dict[str, str]) -> None:
        """A body as all four know it; `more` changes what one of them says."""
        told = {
            "samr": {
                "name": name, "entity_type": "有限责任公司", "address": "南昌市青山湖区合成路1号", "legal_rep": "测试法人",
                "entity_status": "存续",
            },
            "customs": {"name": name, "customs_code": f"3601{int(code[11:17]) % 1_000_000:06d}", "customs_credit": "一般信用", "legal_rep": "测试法人"},
            "tax": {"name": name, "tax_credit": "A", "legal_rep": "测试法人"}, "safe": {"name": name, "fx_class": "A"},
        }  # fmt: skip
        for register, facts in told.items():
            self.books[register, code] = facts | more.get(register, {})

    def look_up(self, url: str, register: str, code: str, ticket: str = "") -> channel.Answer:
        self.asked.append((register, ticket))
        if register in self.away:
            raise Unavailable(code="channel.register.away", zh="不可用", en="away")
        facts = self.books.get((register, code))
        if facts is None:
            raise Refused(code="channel.register.unknown", zh="没有", en="unknown")
        if not ticket:
            facts = {name: text for name, text in facts.items() if name != "legal_rep"}
        return channel.Answer(register, code, dict(facts), f"{register}-1")

    def by_licence(self, url: str, code: str, account: str, secret: str) -> channel.Proven:
        if (account, secret) != (ACCOUNT, CODE):
            raise Refused(code="channel.licence.refused", zh="不符", en="wrong")
        return channel.Proven(code, "测试法人", "legal_rep", f"ticket-{code}")


class Cast:
    """The firm and the offices, each entered by `with cast.firm():` and so on."""

    def __init__(self, number: int = 1, *, county: str = "360111") -> None:
        self.code = code_of(number)
        with scope(PLATFORM):
            self.organisation = Organisation.objects.create(
                name=f"试验公司{number}", uscc=self.code, roles=["ebc"], created_at=FOUNDED
            )
            self._clerk = self._member(f"clerk{number}", "ebc", organisation=self.organisation)
            self._county = self._member(f"county{number}", "district_officer", unit=Unit.objects.get(code=county))
            self._office = self._member(f"office{number}", "zone_officer", unit=Unit.objects.get(code="zone"))
            self._second = self._member(f"second{number}", "zone_officer", unit=Unit.objects.get(code="zone"))
            self._tax = self._member(f"tax{number}", "tax_officer", unit=Unit.objects.get(code="tax"))

    def actor(self, who: str) -> Actor:
        """Somebody as an actor: clerk, county, office, second or tax."""
        membership: Membership = getattr(self, f"_{who}")
        with scope(PLATFORM):
            return actor_of(membership.person, membership, on=DAY)

    def act(self, who: str) -> AbstractContextManager[Actor]:
        return scope(self.actor(who))

    def _member(self, name: str, role: str, **where: Any) -> Membership:
        person = Person.objects.create(username=name)
        return appoint(person=person, role_code=role, since=DAY, **where)


VALUES = {
    "contact": "联系人", "phone": "0791-88880000", "unit": "360111", "categories": "母婴", "shops": "合成店铺",
}  # fmt: skip
PROMISES = ("truth", "sharing", "seller", "platform", "carrier")


def version_of(number: int) -> int:
    with scope(PLATFORM):
        return int(api.filing(number)["version"])


def filled(cast: Cast) -> int:
    """A draft of the cast's firm with nothing missing, its representative verified; its number."""
    with cast.act("clerk"):
        number = int(api.start(uscc=cast.code)["id"])
        api.verify(number, version=None, method="licence", account=ACCOUNT, code=CODE)
        api.fill(number, version=None, roles=["ebc"], values=VALUES, licences=[])
    return number


def confirmed(cast: Cast) -> int:
    """The same, confirmed by the firm."""
    number = filled(cast)
    with cast.act("clerk"):
        api.confirm(number, version=None, commitments=PROMISES)
    return number


def valid(cast: Cast) -> int:
    """The same, reviewed and accepted: in force."""
    number = confirmed(cast)
    with cast.act("county"):
        api.prereview(number, version=None)
    with cast.act("office"):
        api.accept(number, version=None)
    return number


def zone(monkeypatch: Any) -> Iterator[Registers]:
    """A zone on a fixed day whose registers are `Registers`."""
    from pilotzone.kernel.access.units import load_units

    registers = Registers()
    monkeypatch.setattr(channel, "look_up", registers.look_up)
    monkeypatch.setattr(channel, "by_licence", registers.by_licence)
    now = datetime.datetime(2021, 3, 15, 9, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    with scope(PLATFORM):
        load_units()
    yield registers
