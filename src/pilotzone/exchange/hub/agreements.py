"""An agreement from application to its end: apply → the platform checks → the owner decides within its days → granted until a day.

Every step is a person's, three different ones up to the decision; the database holds the same (sql/hub.sql). Each leaves its audit
line (the trigger) and an entry of the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pilotzone.exchange.catalogue.reading import coming, resources
from pilotzone.exchange.catalogue.reading import resource as entry_of
from pilotzone.exchange.catalogue.shapes import REFUSED, Resource
from pilotzone.exchange.hub import log, rows
from pilotzone.exchange.hub.announced import expected
from pilotzone.exchange.hub.callers import department, person
from pilotzone.exchange.hub.errors import denied, refused
from pilotzone.exchange.hub.rights import Right
from pilotzone.exchange.hub.rules import rule
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.reference.calendar import add_working_days

USE, CHECK, DECIDE = "share.use", "share.check", "share.decide"
STATES = ("applied", "checked", "granted", "returned", "declined", "revoked", "expired")
RUNS_OR_WAITS = ("applied", "checked", "granted")
MOST_VOLUME, MOST_REASON, MOST_VALUES = 10_000_000, 500, 200


@dataclass(frozen=True)
class Wanted:
    """What is applied for. `whole`: fields whose whole value is asked for; `rows`: field → the values allowed."""

    resource: str
    purpose: str
    article: str
    fields: Sequence[str]
    until: date
    volume: int
    rows: Mapping[str, Sequence[str]] = field(default_factory=dict)


def apply(wanted: Wanted) -> int:
    """Apply for the caller's department; answers the number. Refused `hub.*` says what is missing."""
    require(USE)
    applicant, found = department(), entry_of(wanted.resource)
    today = clock.today()
    _check(wanted, found, applicant, today)
    due = add_working_days(today, rule("check_days", on=today).value).day
    made = rows.first(
        "INSERT INTO exchange_hub_agreement (resource, version, owner, applicant, purpose, article, fields, rows_filter, volume, until,"
        " applied_by, applied_at, due_on) VALUES (%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s, pz_now(), %s) RETURNING id",
        (
            found.code, found.version, found.owner, applicant, wanted.purpose.strip(), wanted.article.strip(), list(dict.fromkeys(wanted.fields)),
            json.dumps({name: list(values) for name, values in wanted.rows.items()}, ensure_ascii=False), wanted.volume, wanted.until,
            person(), due,
        ),
    )  # fmt: skip
    number = int(made["id"]) if made else 0
    log.write(
        "agreement.applied", {"agreement": number, "resource": found.code, "consumer": applicant, "owner": found.owner}
    )
    return number


def check(number: int, *, passes: bool, reason: str = "") -> None:
    """The platform finds the application complete, or sends it back with the reason."""
    require(CHECK)
    found = _held(number, "applied")
    who, said = person(), _reason(reason, needed=not passes)
    if who == found["applied_by"]:
        raise refused("hub.four_eyes")
    today = clock.today()
    due = add_working_days(today, rule("decide_days", on=today).value).day if passes else found["due_on"]
    rows.run(
        "UPDATE exchange_hub_agreement SET state = %s, checked_by = %s, checked_at = pz_now(), due_on = %s, reason = %s WHERE id = %s",
        ("checked" if passes else "returned", who, due, said, number),
    )
    log.write("agreement.checked" if passes else "agreement.returned", {"agreement": number})


def decide(number: int, *, grants: bool, whole: Sequence[str] = (), reason: str = "") -> None:
    """The owner grants, with the fields whose whole value it hands out, or declines with the reason."""
    require(DECIDE)
    found = _held(number, "checked")
    owner, who, said = department(), person(), _reason(reason, needed=not grants)
    if owner != found["owner"]:
        raise denied("hub.unknown")
    if who in (found["applied_by"], found["checked_by"]):
        raise refused("hub.four_eyes")
    resource = entry_of(found["resource"])
    for name in whole:
        part = resource.field(name)
        if part is None or name not in found["fields"]:
            raise refused("hub.field_unknown", field=name[:60])
        if part.klass == "important":
            raise refused("hub.important", field=name)
    rows.run(
        "UPDATE exchange_hub_agreement SET state = %s, decided_by = %s, decided_at = pz_now(), whole = %s, reason = %s WHERE id = %s",
        ("granted" if grants else "declined", who, list(whole) if grants else [], said, number),
    )
    log.write("agreement.granted" if grants else "agreement.declined", {"agreement": number, "whole": sorted(whole)})


def revoke(number: int, *, reason: str) -> None:
    """The owner, or the applicant itself, ends an agreement at once."""
    require(DECIDE)
    found = _held(number, "granted")
    if department() not in (found["owner"], found["applicant"]):
        raise denied("hub.unknown")
    rows.run(
        "UPDATE exchange_hub_agreement SET state = 'revoked', ended_by = %s, ended_at = pz_now(), reason = %s WHERE id = %s",
        (person(), _reason(reason, needed=True), number),
    )
    log.write("agreement.revoked", {"agreement": number})


def access_agreement(number: int) -> dict[str, Any]:
    """One agreement the caller sees, with `shown`, its state today (`expired` where its last day is over), and `coming`, what the version of
    its resource announced for a day before it ends means for it while it runs or is not yet decided (`announced.expected`; None: none).

    Denied `hub.unknown`.
    """
    found = rows.first("SELECT * FROM exchange_hub_agreement WHERE id = %s", (number,)) if number < 1 << 62 else None
    if found is None:
        raise denied("hub.unknown")
    return _told(found, resources(), coming())


def seen(number: int | None, resource: str, applicant: str) -> int | None:
    """The agreement of this number where it is the applicant's and about the resource; None for every other."""
    if number is None or not 0 < number < 1 << 62:
        return None
    found = rows.first(
        "SELECT id FROM exchange_hub_agreement WHERE id = %s AND resource = %s AND applicant = %s",
        (number, resource, applicant),
    )
    return int(found["id"]) if found else None


def agreements(*, state: str = "", resource: str = "", limit: int = 1000) -> list[dict[str, Any]]:
    """The agreements the caller sees, the newest first."""
    found = rows.every(
        "SELECT * FROM exchange_hub_agreement WHERE (%s = '' OR resource = %s) ORDER BY id DESC LIMIT %s",
        (resource, resource, limit),
    )
    now, announced = resources(), coming()
    told = [_told(one, now, announced) for one in found]
    return [one for one in told if not state or one["shown"] == state]


def right_of(number: int) -> tuple[Right, dict[str, Any]]:
    """What an agreement gives the caller's department; Refused `hub.no_grant` where it is another's or unknown."""
    found = (
        rows.first("SELECT * FROM exchange_hub_agreement WHERE id = %s", (number,)) if 0 < number < 1 << 62 else None
    )
    if found is None or found["applicant"] != department():
        raise refused("hub.no_grant")
    return right(found), found


def right(found: Mapping[str, Any]) -> Right:
    """A row as the right it gives."""
    return Right(
        agreement=int(found["id"]), fields=frozenset(found["fields"]), whole=frozenset(found["whole"]),
        rows={name: tuple(values) for name, values in _json(found["rows_filter"]).items()}, volume=int(found["volume"]),
        until=found["until"], state=str(found["state"]), article=str(found["article"]),
    )  # fmt: skip


def _check(wanted: Wanted, found: Resource, applicant: str, today: date) -> None:
    longest = rule("longest_days", on=today).value
    if found.sharing == REFUSED:
        raise refused("hub.not_shared", basis=found.basis)
    if found.owner == applicant:
        raise refused("hub.own")
    if (
        not wanted.purpose.strip()
        or not wanted.article.strip()
        or len(wanted.purpose) > 500
        or len(wanted.article) > 200
    ):
        raise refused("hub.purpose", by_field={"purpose": "required", "article": "required"})
    if not today < wanted.until <= today + timedelta(days=longest):
        raise refused("hub.until", most=longest, by_field={"until": wanted.until.isoformat()})
    if not 1 <= wanted.volume <= MOST_VOLUME:
        raise refused("hub.volume_asked", by_field={"volume": str(wanted.volume)})
    for name in wanted.fields:
        part = found.field(name)
        if part is None:
            raise refused("hub.field_unknown", field=name[:60])
        if part.klass == "important":
            raise refused("hub.important", field=name)
    if not wanted.fields:
        raise refused("hub.input", what="fields")
    for name, values in wanted.rows.items():
        if (
            found.field(name) is None
            or not 0 < len(values) <= MOST_VALUES
            or any(not value or len(value) > 80 for value in values)
        ):
            raise refused("hub.filter", by_field={"rows": name[:60]})


def _held(number: int, state: str) -> dict[str, Any]:
    """The row for a step, locked; Refused `hub.state` in another state."""
    found = (
        rows.first("SELECT * FROM exchange_hub_agreement WHERE id = %s FOR UPDATE", (number,))
        if 0 < number < 1 << 62
        else None
    )
    if found is None:
        raise denied("hub.unknown")
    if found["state"] != state:
        raise refused("hub.state", state=found["state"])
    return found


def _told(found: dict[str, Any], now: Mapping[str, Resource], announced: Mapping[str, Resource]) -> dict[str, Any]:
    over = found["state"] == "granted" and found["until"] < clock.today()
    late = found["state"] in ("applied", "checked") and found["due_on"] < clock.today()
    shown, code = "expired" if over else found["state"], found["resource"]
    filters = _json(found["rows_filter"])
    comes = announced.get(code) if shown in RUNS_OR_WAITS else None
    return found | {
        "shown": shown,
        "coming": expected(
            now.get(code), comes, fields=found["fields"], whole=found["whole"], filters=filters, until=found["until"]
        ),
        "late": late,
        "rows_filter": filters,
    }


def _reason(text: str, *, needed: bool) -> str:
    said = text.strip()
    if (needed and not said) or len(said) > MOST_REASON:
        raise refused("hub.reason", most=MOST_REASON, by_field={"reason": "required"})
    return said


def _json(value: Any) -> dict[str, list[str]]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value)
