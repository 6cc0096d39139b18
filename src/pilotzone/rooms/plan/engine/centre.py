"""What a record of the promotion centre says, and whether it is in order: founded once, changed by further documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pilotzone.rooms.plan.errors import refused

FOUNDED, CHANGED = "founded", "changed"
LONGEST, NUMBER, MOST_DUTIES, MOST_MEMBERS = 200, 60, 4000, 40


@dataclass(frozen=True, slots=True)
class Member:
    """A member for a term; `until` None where the document names no end."""

    name: str
    post: str
    since: date
    until: date | None = None

    def over(self, on: date) -> bool:
        """Whether the term has ended before that day."""
        return self.until is not None and self.until < on

    def as_data(self) -> dict[str, str]:
        """{name, post, since, until}; days as text, an open end as ''."""
        return {
            "name": self.name, "post": self.post, "since": self.since.isoformat(), "until": self.until.isoformat() if self.until else "",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Founding:
    """What the document says: `name` of the centre, `document` and its `number` (may be empty), `duties` verbatim, `unit` in charge by path."""

    name: str
    document: str
    number: str
    day: date
    unit: str
    duties: str
    members: tuple[Member, ...] = ()


def in_order(said: Founding, *, earliest: date, today: date) -> Founding:
    """The record without blanks at the ends. Refused `plan.centre`, `plan.centre_day` (before `earliest` or in the future), `plan.members`."""
    name, document, number, duties = (text.strip() for text in (said.name, said.document, said.number, said.duties))
    if not (name and document and duties):
        raise refused("plan.centre", most=MOST_DUTIES)
    if max(len(name), len(document)) > LONGEST or len(number) > NUMBER or len(duties) > MOST_DUTIES:
        raise refused("plan.centre", most=MOST_DUTIES)
    if not earliest <= said.day <= today:
        raise refused("plan.centre_day", start=earliest.isoformat(), today=today.isoformat())
    return Founding(name, document, number, said.day, said.unit, duties, _members(said.members))


def member_of(row: dict[str, str]) -> Member:
    """A member from what `as_data` gave."""
    until = row["until"]
    return Member(
        row["name"], row["post"], date.fromisoformat(row["since"]), date.fromisoformat(until) if until else None
    )


def _members(told: Sequence[Member]) -> tuple[Member, ...]:
    found = tuple(Member(one.name.strip(), one.post.strip(), one.since, one.until) for one in told)
    once = {(one.name, one.post, one.since) for one in found}
    if len(found) > MOST_MEMBERS or len(once) != len(found):
        raise refused("plan.members", most=MOST_MEMBERS)
    if any(
        not one.name or len(one.name) > 40 or len(one.post) > 80 or (one.until is not None and one.until < one.since)
        for one in found
    ):
        raise refused("plan.members", most=MOST_MEMBERS)
    return found
