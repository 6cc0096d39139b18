"""校核: a department or the firm concerned says that a value is wrong; the owner answers; who disagrees disputes; the platform settles."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.hub import log, rows
from pilotzone.exchange.hub.agreements import CHECK, DECIDE, MOST_REASON, USE
from pilotzone.exchange.hub.asking import known
from pilotzone.exchange.hub.callers import department, person
from pilotzone.exchange.hub.errors import denied, refused
from pilotzone.exchange.hub.rules import rule
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.reference.calendar import add_working_days

MINE = "share.mine"
READERS = (DECIDE, CHECK, "audit.read", "letters.see")


def raise_(*, resource: str, field: str, key_value: str, words: str) -> int:
    """Say that a value is wrong: `key_value` names the row. Answers the number; the owner has its working days."""
    found, actor, today = known(resource), current(), clock.today()
    firm = actor.kind == ENTERPRISE
    require(MINE if firm else USE)
    if found.field(field) is None:
        raise refused("hub.field_unknown", field=field[:60])
    key = key_value.strip()
    if not 0 < len(key) <= 80 or not key.isprintable():
        raise refused("hub.key", field=found.key)
    due = add_working_days(today, rule("correct_days", on=today).value).day
    made = rows.first(
        "INSERT INTO exchange_hub_correction (resource, owner, field, key_value, words, raised_unit, raised_organisation, raised_by,"
        " raised_at, due_on) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, pz_now(), %s) RETURNING id",
        (
            found.code, found.owner, field, key, _words(words), "" if firm else department(), actor.organisation if firm else None,
            person(), due,
        ),
    )  # fmt: skip
    return int(made["id"]) if made else 0


def answer(number: int, *, corrected: bool, words: str) -> None:
    """The owner corrects its value or keeps it, and says why."""
    require(DECIDE)
    found = _held(number, "open")
    if department() != found["owner"]:
        raise denied("hub.unknown")
    if person() == found["raised_by"]:
        raise refused("hub.four_eyes")
    _set(
        number,
        "state = %s, answer = %s, answered_by = %s, answered_at = pz_now()",
        "corrected" if corrected else "kept",
        _words(words),
        person(),
    )
    log.write(
        "correction.answered",
        {"correction": number, "corrected": corrected, "owner": found["owner"], "resource": found["resource"]},
    )


def dispute(number: int, *, words: str) -> None:
    """Who raised it does not accept that the value is kept."""
    found = _held(number, "kept")
    actor = current()
    own = (
        actor.organisation == found["raised_organisation"]
        if actor.kind == ENTERPRISE
        else department() == found["raised_unit"]
    )
    if not own:
        raise denied("hub.unknown")
    _set(number, "state = 'disputed', dispute = %s", _words(words))


def settle(number: int, *, words: str) -> None:
    """The platform settles a dispute, with its ruling."""
    require(CHECK)
    found = _held(number, "disputed")
    who = current().person
    if who in (found["raised_by"], found["answered_by"]):
        raise refused("hub.four_eyes")
    _set(number, "state = 'settled', ruling = %s, settled_by = %s, settled_at = pz_now()", _words(words), who)
    log.write("correction.settled", {"correction": number, "owner": found["owner"], "resource": found["resource"]})


def corrections(*, limit: int = 200, state: str = "", before: int | None = None) -> list[dict[str, Any]]:
    """The requests the caller sees, the newest first; of one state or of all; those numbered below `before`.

    Of a public body who neither answers nor looks into them sees what his own body raised: others' name firms and their data.
    """
    actor = current()
    narrow = actor.kind in (AGENCY, DISTRICT, ZONE) and not any(may(action) for action in READERS)
    return rows.every(
        "SELECT * FROM exchange_hub_correction WHERE (%s = '' OR state = %s) AND (%s::bigint IS NULL OR id < %s)"
        " AND (NOT %s OR raised_unit = %s) ORDER BY id DESC LIMIT %s",
        (state, state, before, before, narrow, actor.unit_path or "-", limit),
    )


def waiting(owner: str) -> tuple[int, int]:
    """How many requests wait for an owner's answer, and how many of them are past their day."""
    found = rows.first(
        "SELECT count(*) AS n, count(*) FILTER (WHERE due_on < %s) AS late FROM exchange_hub_correction"
        " WHERE state = 'open' AND owner = %s",
        (clock.today(), owner),
    )
    return (int(found["n"]), int(found["late"])) if found else (0, 0)


def _held(number: int, state: str) -> dict[str, Any]:
    found = (
        rows.first("SELECT * FROM exchange_hub_correction WHERE id = %s FOR UPDATE", (number,))
        if 0 < number < 1 << 62
        else None
    )
    if found is None:
        raise denied("hub.unknown")
    if found["state"] != state:
        raise refused("hub.state", state=found["state"])
    return found


def _set(number: int, columns: str, *values: Any) -> None:
    rows.run(f"UPDATE exchange_hub_correction SET {columns} WHERE id = %s", (*values, number))  # noqa: S608 (literals of this file)


def _words(text: str) -> str:
    said = text.strip()
    if not 0 < len(said) <= MOST_REASON:
        raise refused("hub.reason", most=MOST_REASON, by_field={"words": "required"})
    return said
