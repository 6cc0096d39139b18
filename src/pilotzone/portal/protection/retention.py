"""Terms carried out: what is over by data/protection is counted (dry run) or removed, and each removal leaves an audit line.

An executor is a pair of functions over a day or moment: how much is due, and remove it. Every rule `delete` of the file has one
(tests); `detach` is the operator's (`pilotzone storage detach`), `keep` is never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Gap
from pilotzone.exchange.hub import repeats
from pilotzone.kernel import audit, clock, given_back
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.storage import leaves_before
from pilotzone.portal.protection import takeaway
from pilotzone.reference.protection import DELETE, DETACH, Term, rules
from pilotzone.rooms.clearance import api as clearance

RUN = "platform.run"
Count = Callable[[Term, date], int]


@dataclass(frozen=True)
class Due:
    """How much of a rule's matter is over today; None where the law gives no term for the day or nobody counts it."""

    term: Term
    number: int | None


def due() -> list[Due]:
    """The dry run: every rule and how much is over. For who runs the platform; removes nothing."""
    require(RUN)
    today = clock.today()
    with scope(PLATFORM):
        return [Due(term, _count(term, today)) for term in rules().retention]


def run() -> dict[str, int]:
    """Remove what is over (the scheduler's round); answers how much by rule. What the law gives no term for stays."""
    today, done = clock.today(), dict[str, int]()
    for term in rules().retention:
        if term.action != DELETE:
            continue
        with scope(PLATFORM):
            number = EXECUTORS[term.key][1](term, today) if _count(term, today) else 0
            if number:
                audit.record(
                    "retention.remove", object_kind="retention", object_id=term.key, reason=str(term.basis),
                    after={"rows": number, "before": term.last(today).isoformat()},
                )  # fmt: skip
                done[term.key] = number
    return done


def _count(term: Term, today: date) -> int | None:
    try:
        if term.action == DELETE:
            return EXECUTORS[term.key][0](term, today)
        return leaves_before(term.last(today)) if term.action == DETACH else None
    except Gap:
        return None


def _wall(term: Term) -> datetime:
    """Sign-ins and files go by wall time, not by the zone's clock."""
    here = clock.wall()
    return here if term.days == 0 else datetime.combine(term.last(here.date()), time(), SHANGHAI)


def _sessions(term: Term, today: date) -> int:
    return Session.objects.filter(expire_date__lt=_wall(term)).count()


def _end_sessions(term: Term, today: date) -> int:
    return Session.objects.filter(expire_date__lt=_wall(term)).delete()[0]


def _failures(term: Term, today: date) -> int:
    return AccessAttempt.objects.filter(attempt_time__lt=_wall(term)).count()


def _end_failures(term: Term, today: date) -> int:
    return AccessAttempt.objects.filter(attempt_time__lt=_wall(term)).delete()[0]


def _writings(term: Term, today: date) -> int:
    return clearance.writings_over(_day(term, today))


def _end_writings(term: Term, today: date) -> int:
    return clearance.forget_writings(_day(term, today))


def _payment_data(term: Term, today: date) -> int:
    return clearance.payment_data_over(today)


def _end_payment_data(term: Term, today: date) -> int:
    return clearance.forget_payment_data(today)


def _answers(term: Term, today: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM exchange_hub_answer WHERE at < pz_now() - make_interval(days => %s)", (term.days,)
        )
        return int(cursor.fetchone()[0])


def _end_answers(term: Term, today: date) -> int:
    return repeats.forget(days=term.days or 0)


def _day(term: Term, today: date) -> datetime:
    return datetime.combine(term.last(today), time(), SHANGHAI)


EXECUTORS: dict[str, tuple[Count, Count]] = {
    "session": (_sessions, _end_sessions),
    "signin_failure": (_failures, _end_failures),
    "writing": (_writings, _end_writings),
    "payment_raw": (_payment_data, _end_payment_data),
    "hub_answer": (_answers, _end_answers),
    "given_back": (
        lambda term, today: given_back.over(_wall(term)),
        lambda term, today: given_back.remove_over(_wall(term)),
    ),
    "takeaway": (lambda term, today: takeaway.over(today), lambda term, today: takeaway.remove_over(today)),
}
