"""A zone whose firms stand in circles that know nothing of one another; every row of a circle wears the circle's marks.

A mark is a text that stands nowhere else: in an order's number, a buyer's name, a filing's contact, a case, a receipt of
foreign exchange, a webhook, a tax bill, a refund, an objection to an inspection (desks.py); marks of kind `plan` are in what public
bodies write for one another. All data are synthetic.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection

from pilotzone.base.ids import ric
from pilotzone.exchange import clients
from pilotzone.exchange.channels import registers as channel
from pilotzone.exchange.hub import corrections
from pilotzone.exchange.signing import DemoAuthority
from pilotzone.exchange.webhooks import subscriptions
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.roles import Role, roles
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests import papers
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.registry.tests import offices
from pilotzone.rooms.services import api as services
from pilotzone.rooms.services.tests.offices import papers_of, values_of
from tests.proofs.leaks.desks import desks

NOW = datetime.datetime(2021, 3, 15, 4, tzinfo=datetime.UTC)
SINCE = datetime.date(2021, 1, 4)
KINDS = (
    "trade",
    "buyer",
    "filing",
    "case",
    "fx",
    "own",
    "tax",
    "refund",
    "inspection",
    "plan",
)  # a mark holds one figure of it
COUNTIES = ("360111", "360112", "360113", "360121")
AGENCIES = ("commerce", "samr", "post", "police", "pboc")
# the kinds of firm that stand beside a circle's six parties of a trade
BESIDE = ("service", "overseas", "park", "bank", "incubator", "individual")


@dataclass
class Circle:
    """Firms of one circle by kind, its marks by kind of row, and the numbers of what it owns by kind of thing."""

    number: int
    firms: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, list[Any]] = field(default_factory=dict)
    buyer: str = ""

    @property
    def county(self) -> str:
        """The code of the county its seller stands in."""
        return COUNTIES[self.number]

    def mark(self, kind: str) -> str:
        """The circle's mark of a kind of row: letters and digits only, as codes may hold them."""
        return f"QZ{KINDS.index(kind)}K{self.number}XW"

    def owns(self, kind: str, number: Any) -> None:
        self.numbers.setdefault(kind, []).append(number)


@dataclass(frozen=True)
class Subject:
    """Somebody who asks: a role, at a firm of a circle (None: of a public body, or nobody), with a token or a session."""

    name: str
    role: Role | None
    circle: int | None = None
    person: int | None = None
    token: str = ""


@dataclass
class World:
    circles: list[Circle]
    subjects: list[Subject]


def build(connect: Any, folder: Path, circles: int) -> World:
    """Found the zone in the database Django's connection leads to; `connect()` opens a raw one as role flood."""
    with connect() as raw:
        with scope(PLATFORM):
            load_units()
        made = [_circle(raw, number, folder) for number in range(circles)]
        for one in made:
            _rooms(one)
    return World(made, [*_of_firms(made), *_of_bodies(), *_of_persons(made), Subject("nobody", None)])


def _circle(raw: Any, number: int, folder: Path) -> Circle:
    """Six parties, their keys, and a trade of the circle through the whole pipeline."""
    one = Circle(number)
    codes = {role: f"36019{number}{at:04d}" for at, role in enumerate(papers.FIRMS)}
    document = f"36010218900101{number + 1:03d}"
    who = {"buyerIdNumber": document + ric.calc_check_digit(document), "buyerName": f"试{one.mark('buyer')}"}
    where = {"consignee": f"收{one.mark('buyer')}", "consigneeAddress": f"测试省测试市{one.mark('buyer')}路1号"}
    one.buyer = clearance.buyer_key("1", who["buyerIdNumber"])
    with ExitStack() as stack:
        for table, values in ((papers.FIRMS, codes), (papers.BUYER, who), (papers.CONSIGNEE, where)):
            stack.enter_context(patch.dict(table, values))
        now = datetime.datetime.now(datetime.UTC)
        authority = DemoAuthority(folder / str(number), at=now)
        signers = {role: authority.issue(code, f"测试{role}", "sm2", at=now).signer() for role, code in codes.items()}
        bench = Bench(raw, signers)
        bench.set_clock(NOW)
        trade = Trade(one.mark("trade"), at=NOW - datetime.timedelta(hours=3))
        for receipt in bench.send(*bench.all_four(trade)):
            one.owns("receipt", receipt)
        bench.send(bench.paper(Trade(one.mark("trade") + "W", at=NOW - datetime.timedelta(hours=2)), "order"))
    one.firms = {role: number for role, number in bench.firms.items() if role != "stranger"}
    for (trade_id,) in bench.rows("SELECT id FROM clearance_trade WHERE order_no LIKE %s", f"%{one.mark('trade')}%"):
        one.owns("trade", trade_id)
    for (document_id,) in bench.rows(
        "SELECT id FROM clearance_document WHERE parties && %s::bigint[]", list(one.firms.values())
    ):
        one.owns("document", document_id)
    for name in ("order_no", "logistics_no", "cop_no", "pre_no", "invt_no"):
        for (text,) in bench.rows(
            f"SELECT DISTINCT {name} FROM clearance_trade WHERE order_no LIKE %s", f"%{one.mark('trade')}%"
        ):
            if text:
                one.owns("text", text)
    raw.commit()
    return one


def _rooms(one: Circle) -> None:
    """What a circle's firms have elsewhere: a filing, a case and a question, money from abroad, what is only their own."""
    for kind in BESIDE:
        with scope(PLATFORM):
            made = Organisation.objects.create(
                name=f"合成{kind}{one.number}", roles=[kind], synthetic=True, created_at=NOW
            )
        one.firms[kind] = made.pk
    with scope(PLATFORM):
        Organisation.objects.filter(pk=one.firms["ebc"]).update(uscc=offices.code_of(one.number + 1))
    _filing(one)
    _case(one)
    _money(one)
    _own(one)
    desks(one, NOW)


def _filing(one: Circle) -> None:
    code = offices.code_of(one.number + 1)
    books = offices.Registers()
    books.know(code, f"测试ebc{one.number}")
    values = offices.VALUES | {
        "contact": f"联{one.mark('filing')}",
        "unit": one.county,
        "shops": f"店{one.mark('filing')}",
    }
    with (
        patch.object(channel, "look_up", books.look_up),
        patch.object(channel, "by_licence", books.by_licence),
        scope(_actor(one, "ebc")),
    ):
        number = int(registry.start(uscc=code)["id"])
        registry.verify(number, version=None, method="licence", account=offices.ACCOUNT, code=offices.CODE)
        registry.fill(number, version=None, roles=["ebc"], values=values, licences=[])
        registry.confirm(number, version=None, commitments=offices.PROMISES)
    one.owns("filing", number)


def _case(one: Circle) -> None:
    words = f"合成{one.mark('case')}"
    with scope(_actor(one, "ebc")):
        values = values_of("training")
        first = next(key for key, text in values.items() if isinstance(text, str) and text.startswith("合成"))
        one.owns("case", services.apply(key="training", values=values | {first: words}, papers=papers_of("training")))
        asked = services.ask(kind="question", title=words, body=words)
        one.owns("question", asked if isinstance(asked, int) else asked.pk)


def _money(one: Circle) -> None:
    row = {
        "number": f"R{one.mark('fx')}", "payee": f"36019{one.number}0001", "payer": f"PAYER {one.mark('fx')}", "country": "USA",
        "currency": "USD", "amount": "100.00", "received_on": "2021-03-12",
    }  # fmt: skip
    (told,) = fx.take_receipts([row], bank=one.firms["bank"], at=NOW)
    assert told.receipt is not None, told.problem
    one.owns("fx", told.receipt)


def _own(one: Circle) -> None:
    """A webhook, a token, a mandate, a draft, a request for correction: of the platform firm alone."""
    words = one.mark("own")
    with scope(_actor(one, "ebp")):
        hook, _secret = subscriptions.create(
            url=f"https://{words.lower()}.example/{words}", description=words, resolver=lambda *_: ["203.0.113.9"]
        )
        one.owns("hook", hook.id)
        corrections.raise_(resource="samr.enterprise_registration", field="name", key_value=words, words=words)
        mandate = clearance.give_mandate(
            principal=one.firms["ebp"], agent=one.firms["agent"], kinds=["order"], undertaking=words, since=NOW.date(),
        )  # fmt: skip
        one.owns("mandate", mandate)
        one.owns("writing", clearance.begin_writing(message="CEB311Message"))


def _actor(one: Circle, kind: str) -> Actor:
    with scope(PLATFORM):
        person, _made = Person.objects.get_or_create(username=f"leak-{kind}-{one.number}")
    return Actor(kind=ENTERPRISE, person=person.pk, organisation=one.firms[kind], role=kind)


def _of_firms(circles: list[Circle]) -> Iterator[Subject]:
    """Everybody who may act for a firm, and its system with a token; an administrator of the platform firm."""
    for one in circles:
        with scope(PLATFORM), connection.cursor() as cursor:
            for kind, firm in one.firms.items():
                body = Organisation.objects.get(pk=firm)
                for code in (kind, "firm_admin") if kind == "ebp" else (kind,):
                    person, _made = Person.objects.get_or_create(username=f"leak-{code}-{one.number}")
                    appoint(person=person, role_code=code, organisation=body, since=SINCE)
                    yield Subject(f"{code}/{one.number}", role_of(code), one.number, person.pk)
                token = clients.issue(cursor, firm, f"{kind} {one.mark('own')}" if kind == "ebp" else kind)
                yield Subject(f"{kind}/{one.number} token", role_of(kind), one.number, None, token)


def _of_bodies() -> Iterator[Subject]:
    """Every role of a public body at every body that stands for its kind, and a county officer of every circle's county."""
    for role in roles():
        if role.side != "unit":
            continue
        for code in _places(role):
            with scope(PLATFORM):
                person, _made = Person.objects.get_or_create(username=f"leak-{role.code}-{code}")
                appoint(person=person, role_code=role.code, unit=Unit.objects.get(code=code), since=SINCE)
            yield Subject(f"{role.code}@{code}", role, None, person.pk)


def _places(role: Role) -> tuple[str, ...]:
    if role.unit == "zone.districts":
        return COUNTIES
    if role.code in ("agency_officer", "department_system"):
        return AGENCIES
    if role.code == "liaison":
        return ("commerce", "360111")
    return (role.unit.removeprefix("zone.") or "zone",)


def _of_persons(circles: list[Circle]) -> Iterator[Subject]:
    """The buyer of each circle, signed in with his verified document, and a consumer without one."""
    for number, key in [(one.number, one.buyer) for one in circles] + [(None, "")]:
        with scope(PLATFORM):
            person, _made = Person.objects.get_or_create(username=f"leak-buyer-{number}", defaults={"buyer_key": key})
        yield Subject(f"buyer/{number}", role_of("consumer"), number, person.pk)


def role_of(code: str) -> Role:
    """A role of the matrix."""
    return next(one for one in roles() if one.code == code)
