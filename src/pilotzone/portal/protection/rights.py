"""What a person may ask about his data, and a firm about its own: see and copy at once, correct and delete by request.

A deletion that the law forbids is refused at once, naming the article (data/protection, by day): while a term runs, the platform stops
everything but storing the data and keeping them safe. What stays open is decided by who runs the platform, never by who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from pilotzone.kernel import audit, clock, retention
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM
from pilotzone.kernel.access.doors import memberships_of, require
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import current, scope
from pilotzone.portal.protection.errors import denied, refused
from pilotzone.reference.protection import Right, rules
from pilotzone.rooms.clearance import api as clearance

DECIDE = "platform.run"
MOST_WORDS = 500
OPEN, DONE, REFUSED = "open", "done", "refused"
ASKED = ("correct", "delete")
_COLUMNS = "id, person_id, organisation_id, kind, words, state, refusal, basis, answer, asked_at, due_on, decided_at"


@dataclass(frozen=True)
class Asked:
    """A request; `refusal` is the key of the rule it was refused by, `basis` the document and article."""

    number: int
    person: int
    organisation: int | None
    kind: str
    words: str
    state: str
    refusal: str
    basis: str
    answer: str
    asked_at: datetime
    due_on: date
    decided_at: datetime | None


def about_me() -> dict[str, Any]:
    """Everything the platform holds about the person who asks, as plain data; the look leaves an audit line."""
    person = _me()
    today = clock.today()
    told: dict[str, Any] = {
        "basis": str(_right("copy").basis(today)), "on": today.isoformat(),
        "account": {
            "name": person.username, "display_name": person.display_name, "language": person.language, "email": person.email,
            "joined": person.date_joined.isoformat(), "last_sign_in": person.last_login.isoformat() if person.last_login else None,
        },
        "memberships": [
            {"role": one.role, "organisation": one.organisation.name if one.organisation else None, "unit": one.unit.path if one.unit else None,
             "from": one.valid_from.isoformat(), "to": one.valid_to.isoformat() if one.valid_to else None}
            for one in memberships_of(person, on=today)
        ],
        "requests": [one.__dict__ | {"asked_at": one.asked_at.isoformat()} for one in mine()],
    }  # fmt: skip
    if current().kind == CONSUMER and person.buyer_key:
        told["trades"] = clearance.trades({}, 1, 500)["rows"]
    audit.record("rights.copy", object_kind="person", object_id=person.pk)
    return told


def mine() -> list[Asked]:
    """The caller's own requests, the newest first."""
    return _rows("person_id = %s", (_me().pk,))


def waiting() -> list[Asked]:
    """Requests that wait for a decision, the most urgent first; for who runs the platform."""
    require(DECIDE)
    return sorted(_rows("state = 'open'", ()), key=lambda one: (one.due_on, one.number))


@transaction.atomic
def ask(*, kind: str, words: str) -> Asked:
    """Ask that something be corrected or deleted. A deletion the law forbids is answered at once, with its article.

    Refused `protection.request.kind`, `….words`, `….again`.
    """
    person, actor, today = _me(), current(), clock.today()
    text = words.replace("\0", "").strip()
    if kind not in ASKED:
        raise refused("protection.request.kind")
    if not 0 < len(text) <= MOST_WORDS:
        raise refused("protection.request.words", most=MOST_WORDS)
    if any(one.kind == kind and one.state == OPEN for one in mine()):
        raise refused("protection.request.again")
    right = _right(kind)
    kept = holding(person, today) if kind == "delete" else None
    state, basis = (REFUSED, kept.basis(today)) if kept else (OPEN, right.basis(today))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_request (person_id, organisation_id, kind, words, state, refusal, basis, asked_at, due_on, decided_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, pz_now(), %s, CASE WHEN %s THEN pz_now() END) RETURNING id",
            (
                person.pk,
                actor.organisation,
                kind,
                text,
                state,
                kept.key if kept else "",
                str(basis),
                today + timedelta(days=right.days),
                kept is not None,
            ),
        )
        number = int(cursor.fetchone()[0])
    audit.record(
        "rights.ask", object_kind="request", object_id=number, after={"kind": kind, "state": state, "basis": str(basis)}
    )
    return next(one for one in mine() if one.number == number)


@transaction.atomic
def decide(number: int, *, granted: bool, answer: str) -> None:
    """Grant or refuse what waits. A granted deletion takes the person's names and his buyer's key away for good.

    Refused `protection.request.state`, `….own`, `….words`; a deletion that the law forbids meanwhile is refused by the rule.
    """
    actor = require(DECIDE)
    found = next((one for one in waiting() if one.number == number), None)
    text = answer.replace("\0", "").strip()
    if found is None:
        raise refused("protection.request.state")
    if found.person == actor.person:
        raise refused("protection.request.own")
    if not 0 < len(text) <= MOST_WORDS:
        raise refused("protection.request.words", most=MOST_WORDS)
    today = clock.today()
    kept: Right | None = None
    if granted and found.kind == "delete":
        with scope(PLATFORM):
            person = Person.objects.get(pk=found.person)
            kept = holding(person, today)
            if kept is None:
                forget(person, today)
    state = DONE if granted and kept is None else REFUSED
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_request SET state = %s, answer = %s, refusal = %s, basis = CASE WHEN %s = '' THEN basis ELSE %s END,"
            " decided_by = %s, decided_at = pz_now() WHERE id = %s AND state = 'open'",
            (
                state,
                text,
                kept.key if kept else "",
                kept.key if kept else "",
                str(kept.basis(today)) if kept else "",
                actor.person,
                number,
            ),
        )
    audit.record(
        "rights.decide",
        object_kind="request",
        object_id=number,
        after={"state": state, "refusal": kept.key if kept else ""},
    )


def holding(person: Person, today: date) -> Right | None:
    """The rule that forbids deleting a person's data today, None where none does."""
    keys: list[str] = []
    with scope(PLATFORM):
        if (
            person.buyer_key
            and (last := clearance.last_trade_of(person.buyer_key))
            and retention.kept_until(last, on=today).until >= today
        ):
            keys.append("trades")
        if memberships_of(person, on=today).exists():
            keys.append("acting")
    return next((one for one in rules().refusals if one.key in keys), None)


def forget(person: Person, today: date) -> None:
    """Names and buyer's key of an account go; what it did stays in the trail under its number."""
    person.username, person.display_name, person.email, person.buyer_key = f"deleted-{person.pk}", "", "", ""
    person.first_name = person.last_name = ""
    person.is_active, person.left_on = False, today
    person.set_unusable_password()
    person.save()
    audit.record("rights.forget", object_kind="person", object_id=person.pk)


def _me() -> Person:
    number = current().person
    if number is None:
        raise denied("protection.request.signed")
    return Person.objects.get(pk=number)


def _right(key: str) -> Right:
    found = rules().right(key)
    if found is None:
        raise refused("protection.request.kind")
    return found


def _rows(condition: str, values: tuple[Any, ...]) -> list[Asked]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM portal_request WHERE {condition} ORDER BY id DESC LIMIT 500", values)  # noqa: S608 (our own words)
        return [Asked(*row) for row in cursor.fetchall()]
