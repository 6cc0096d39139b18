"""Asks as everybody for everything and looks for marks that are not theirs to read."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from pilotzone.kernel.access.models import Person
from tests.proofs.leaks.addresses import MOST, filled, patterns
from tests.proofs.leaks.world import KINDS, Circle, Subject, World

WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
MARK = re.compile(rb"QZ\d+K\d+XW")  # as `Circle.mark` writes them
AWAY = re.compile(rb"\b(?:page|api)\.away\b")  # no counterpart that is not there, but our own database
EACH = 2000  # so often it is told how far a walk is
# a method so many subjects were told an address does not know is not asked of it by the others
NO_SUCH_METHOD, ALIKE = 405, 8
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# the firms of a circle whose own a kind of row is; every other firm is a stranger to it
PARTIES = {
    "trade": ("ebp", "ebc", "pay", "logi", "agent"), "buyer": ("ebp", "ebc", "pay", "logi", "agent"), "filing": ("ebc",), "case": ("ebc",),
    "fx": ("ebc", "bank"), "own": ("ebp", "agent"), "tax": ("ebc",), "refund": ("ebc",), "inspection": ("ebc",), "plan": (),
}  # fmt: skip
# of public bodies, who may read a kind of row: by action of the permission matrix. A buyer's name nobody's page shows unasked.
READERS = {
    "trade": (
        "trade.see", "tax.see", "fx.see", "fx.supervise", "guarantee.see", "refund.decide", "dispute.settle", "recon.see", "audit.read",
        "letters.see", "platform.run", "document.replay",
    ),
    "buyer": (), "filing": ("filing.see", "audit.read"), "case": ("service.see", "service.decide", "help.answer", "audit.read"),
    "fx": ("fx.see", "fx.supervise", "recon.see", "audit.read"),
    "own": ("share.decide", "share.check", "audit.read", "certificate.manage", "access.manage", "trade.see", "platform.run", "filing.see"),
    "tax": ("tax.see", "guarantee.see", "audit.read"), "refund": ("refund.decide", "audit.read"),
    "inspection": ("review.decide", "control.order", "inspection.check", "report.review", "audit.read"), "plan": (),
}  # fmt: skip
GOVERNMENT = (
    "agency",
    "district",
    "zone",
)  # the kinds of role that read what public bodies write for one another (kind plan)
# where signing out, or playing somebody else, would end the walk
LEFT_OUT = frozenset({"account_logout", "play", "first_administrator", "metrics", "set_language"})


@dataclass
class Told:
    """What was asked and found: requests, answers by status, leaks as (who, method, address, mark), failures."""

    asked: int = 0
    spared: int = 0  # requests by a method the address does not know, for anybody
    statuses: dict[int, int] = field(default_factory=dict)
    leaks: list[tuple[str, str, str, str]] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    seen_own: set[str] = field(default_factory=set)


def _route(where: str) -> str:
    """The address that answers, its parameters unfilled; itself where none does."""
    try:
        return str(resolve(where.partition("?")[0]).route)
    except Resolver404:
        return where


def may_read(subject: Subject, circle: Circle, kind: str) -> bool:
    """Whether a mark is the subject's to read."""
    role = subject.role
    if role is None:
        return False
    if role.kind == "consumer":
        return subject.circle == circle.number and kind in ("trade", "buyer", "tax")
    if role.kind == "enterprise":
        return subject.circle == circle.number and subject.name.split("/")[0] in (*PARTIES[kind], *_administrator(kind))
    return any(action in role.may for action in READERS[kind]) or (kind == "plan" and role.kind in GOVERNMENT)


def _administrator(kind: str) -> tuple[str, ...]:
    return ("firm_admin",) if "ebp" in PARTIES[kind] else ()


class Browser(Client):
    """Django's own without its notes: the contexts of every template of every page, which nobody reads here."""

    def request(self, **request: Any) -> Any:
        answer = self.handler(self._base_environ(**request))  # type: ignore[attr-defined]  # the stubs leave it out
        self.cookies.update(answer.cookies)
        return answer


class Scanner:
    """Browsers of every subject on one connection, as a web process has them one after another."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.told = world, Told()
        self.chance = random.Random(seed)
        self.clients = {one.name: self._client(one) for one in world.subjects}
        self.headers = {
            one.name: {"headers": {"Authorization": f"Bearer {one.token}"}} if one.token else {}
            for one in world.subjects
        }
        self.marks = {
            circle.mark(kind).encode(): (circle.mark(kind), kind) for circle in world.circles for kind in KINDS
        }
        self.forbidden = {
            one.name: {
                circle.mark(kind): f"{kind}/{circle.number}"
                for circle in world.circles
                for kind in KINDS
                if not may_read(one, circle, kind)
            }
            for one in world.subjects
        }

    def walk(
        self, share: float = 1.0, methods: Iterable[str] = ("get",), *, most: int = MOST, part: tuple[int, int] = (0, 1)
    ) -> None:
        """Ask for every address, as every subject, about every circle, in an order of chance; a method the first `ALIKE` subjects
        were all told an address does not know is not asked of it any more.

        `share`: of the pairs of address and subject; every address is asked by somebody and every subject asks. `part`: (place,
        number of processes) of one of several that ask everything together; the same seed in each.
        """
        work = [
            (method, where, subject)
            for method in methods
            for address, name in patterns()
            if name not in LEFT_OUT
            for subject in self._some(share)
            for circle in self.world.circles
            for where in filled(address, name, circle, most)
            if method == "get" or self._harmless(subject, circle)
        ]
        unique = list(dict.fromkeys((method, where, subject.name) for method, where, subject in work))
        self.chance.shuffle(unique)
        mine = unique[part[0] :: part[1]]
        began = time.monotonic()
        # by method and address: who was told that it does not know the method
        unknown: dict[tuple[str, str], set[str]] = {}
        known: set[tuple[str, str]] = set()
        for number, (method, where, name) in enumerate(mine, 1):
            this = method, _route(where)
            if this not in known and len(unknown.get(this, ())) >= ALIKE:
                self.told.spared += 1
                continue
            if self.ask(method, where, name) == NO_SUCH_METHOD:
                unknown.setdefault(this, set()).add(name)
            else:
                known.add(this)
            if number % EACH == 0:
                pace = number / max(time.monotonic() - began, 0.001)
                print(f"{number:,} of {len(mine):,} asked, {pace:.1f} a second", flush=True)

    def ask(self, method: str, where: str, name: str) -> int:
        """One question; its answer is searched for marks."""
        answer = getattr(self.clients[name], method)(where, **self.headers[name])
        self.told.asked += 1
        self.told.statuses[answer.status_code] = self.told.statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500 and (answer.status_code != 503 or AWAY.search(_text(answer))):
            self.told.failed.append((name, method, where))
        text, asked, forbidden = _text(answer), where.encode(), self.forbidden[name]
        for found in set(MARK.findall(text)) & self.marks.keys():
            mark, kind = self.marks[found]
            if mark not in forbidden:
                self.told.seen_own.add(f"{name} {kind}")
            elif found not in asked:
                self._found(name, method, where, forbidden[mark])
            elif beyond_echo(text, asked, found):
                self._found(name, method, where, f"{forbidden[mark]} (beside the echo)")
        return int(answer.status_code)

    def _found(self, name: str, method: str, where: str, what: str) -> None:
        self.told.leaks.append((name, method, where, what))
        print(f"LEAK {name} {method} {where}: {what}", flush=True)

    def _client(self, subject: Subject) -> Browser:
        client = Browser(raise_request_exception=False)
        if subject.person is not None:
            client.force_login(Person.objects.get(pk=subject.person), backend=BACKEND)
        return client

    def _some(self, share: float) -> list[Subject]:
        if share >= 1:
            return self.world.subjects
        return self.chance.sample(self.world.subjects, max(1, round(share * len(self.world.subjects))))

    def _harmless(self, subject: Subject, circle: Circle) -> bool:
        """Whether nothing the subject does to the circle's things may have an effect: it is a stranger."""
        return subject.role is None or (
            subject.role.kind in ("enterprise", "consumer", "district") and subject.circle != circle.number
        )


def beyond_echo(text: bytes, asked: bytes, mark: bytes) -> bool:
    """Whether an answer to a question that names a mark says more with it than the question did: another word around it."""
    return not _around(text, mark) <= _around(asked, mark)


def _around(text: bytes, mark: bytes) -> set[bytes]:
    """The words of a text that hold the mark: letters, digits, hyphens and underscores beside it."""
    text, found, at = unquote_to_bytes(text), set[bytes](), 0
    while (at := text.find(mark, at)) >= 0:
        first, after = at, at + len(mark)
        while first and text[first - 1] in WORD:
            first -= 1
        while after < len(text) and text[after] in WORD:
            after += 1
        found.add(text[first:after])
        at = after
    return found


def _text(answer: Any) -> bytes:
    """Body and headers of an answer; the parts of a packed file unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = [body, *(f"{name}: {value}".encode() for name, value in answer.headers.items())]
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            told += [packed.read(name) for name in packed.namelist()]
    return b"\n".join(told)


def rows_of(circle: Circle) -> dict[str, set[str]]:
    """Every row that wears a mark of the circle, by table, asked as the platform; a token notes its own use and is left out."""
    marks = [circle.mark(kind) for kind in KINDS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND has_table_privilege(oid, 'SELECT') AND relname NOT IN ('django_session', 'kernel_audit', 'exchange_client')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found: dict[str, set[str]] = {}
        for table in tables:
            cursor.execute(f'SELECT md5(t::text) FROM "{table}" t WHERE t::text ~ %s', ("|".join(marks),))
            if rows := {digest for (digest,) in cursor.fetchall()}:
                found[table] = rows
    return found
