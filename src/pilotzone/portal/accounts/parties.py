"""Playing a party: in a demonstration zone one click makes a visitor a clerk, an officer or a consumer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import login
from django.db.models import F, Value
from django.db.models.functions import NullIf
from django.http import HttpRequest

from pilotzone.base.errors import Denied, Refused, Unavailable
from pilotzone.kernel import audit, clock, vault
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.middleware import choose
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.roles import Role, read, role
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.people import CONSUMER, buyer

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RESIDENT_ID = "1"  # kind of document in the customs messages: resident identity card


@dataclass(frozen=True)
class Party:
    """One part to play. `acts_for` is the firm or unit, empty while the demonstration data is still loading."""

    key: str
    role: Role
    person_zh: str
    person_en: str
    does_zh: str
    does_en: str
    acts_for: str
    acts_for_en: str

    @property
    def ready(self) -> bool:
        """Whether it can be played now."""
        return bool(self.acts_for) or self.role.side == "none"


def parties() -> list[Party]:
    """The parts of this zone, in order. Denied `accounts.not_demo` in a real zone."""
    _demo_only()
    with scope(PLATFORM):
        return [_party(row) for row in read("parties.yaml")]


def play(request: HttpRequest, key: str) -> Party:
    """Sign the visitor in as this party, from the next request on. Refused `accounts.party` for another key."""
    _demo_only()
    row = next((row for row in read("parties.yaml") if row["key"] == key), None)
    if row is None:
        raise Refused(code="accounts.party", zh="没有这一演示身份。", en="There is no such part to play.")
    with scope(PLATFORM):
        party = _party(row)
        if not party.ready:
            raise Unavailable(
                code="accounts.loading",
                zh="演示数据还在装载，请稍后再试。",
                en="The demonstration data is still being loaded; please try again soon.",
            )
        person, membership = _persona(row)
        for beside in (one for one in read("parties.yaml") if one.get("beside") == key):
            _persona(beside)
        login(request, person, backend=BACKEND)
        if membership:
            choose(request, membership)
        audit.record("accounts.play", object_kind="person", object_id=person.pk, after={"party": key})
    return party


def _persona(row: dict[str, Any]) -> tuple[Person, Membership | None]:
    """The synthetic person of a part and what he acts as, made at first use."""
    person, _ = Person.objects.get_or_create(
        username=f"demo-{row['key']}",
        defaults={"display_name": row["person"], "synthetic": True, "password": "!"},
    )
    if row["role"] == "consumer":
        key = vault.keyed_hash("buyer", RESIDENT_ID + buyer(row.get("buyer", CONSUMER)).document)
        if person.buyer_key != key:
            person.buyer_key = key
            person.save(update_fields=["buyer_key"])
        return person, None
    held = _held(row)
    if held is not None:
        return person, held
    body, since = _body(row), clock.today()
    if isinstance(body, Unit):
        return person, appoint(person=person, role_code=row["role"], since=since, unit=body)
    return person, appoint(person=person, role_code=row["role"], since=since, organisation=body)


def _held(row: dict[str, Any]) -> Membership | None:
    """What the part's person acts as already: the demonstration's loader may have appointed him."""
    mine = Membership.objects.filter(person__username=f"demo-{row['key']}", role=row["role"], valid_to=None)
    return mine.select_related("organisation", "unit").order_by("pk").first()


def _body(row: dict[str, Any]) -> Organisation | Unit | None:
    if held := _held(row):
        return held.organisation or held.unit
    if "unit" in row:
        return Unit.objects.filter(code=row["unit"]).first()
    firms = Organisation.acting(clock.today()).filter(synthetic=True, roles__contains=[row.get("firm", row["role"])])
    # who came in later by filing has no customs code: the founded firms are played first
    return firms.order_by(NullIf(F("customs_code"), Value("")).asc(nulls_last=True), "pk").first()


def _party(row: dict[str, Any]) -> Party:
    body = None if row["role"] == "consumer" else _body(row)
    names = ("", "")
    if isinstance(body, Organisation):
        names = (body.name, body.name_en or body.name)
    elif isinstance(body, Unit):
        names = (body.name_zh, body.name_en)
    return Party(row["key"], role(row["role"]), row["person"], row["person_en"], row["does_zh"], row["does_en"], *names)


def _demo_only() -> None:
    if not clock.is_demo():
        raise Denied(
            code="accounts.not_demo",
            zh="只有演示综试区可以扮演参与方。",
            en="Parts can be played in a demonstration zone only.",
        )
