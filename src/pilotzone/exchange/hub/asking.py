"""One department asks another through the platform: rights, provider, cut, use log, chained log; all in the caller's transaction."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.catalogue.shapes import UNCONDITIONAL, Resource
from pilotzone.exchange.hub import agreements, chain, log, providers, rights, rows
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.hub.rights import Right
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

LONGEST_VALUE, MOST_CONDITIONS = 200, 10


@dataclass(frozen=True)
class Question:
    """What is asked: a resource, under which agreement (None: unconditional sharing), conditions by field, fields (none: all)."""

    resource: str
    agreement: int | None = None
    where: Mapping[str, str] | None = None
    fields: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """What is answered: the fields, the rows (texts by field), the entry of the log that proves it and the answer's SHA-256."""

    resource: str
    agreement: int | None
    fields: tuple[str, ...]
    rows: list[dict[str, str]]
    log: int
    sha256: str


def ask(question: Question) -> Answer:
    """Answer a question of the caller's department. Refused or Unavailable `hub.*`: write it down by `refusal` afterwards."""
    started = time.monotonic()
    require(agreements.USE)
    consumer, found = department(), known(question.resource)
    right, today = _right(question, found), clock.today()
    where = _where(question.where or {}, found, right)
    fields = rights.judge(found, right, question.fields, day=today, used=_used(right))
    for name in where:
        if name not in right.fields:
            raise refused("hub.field_not_granted", field=name)
    if found.key not in where and found.sharing != UNCONDITIONAL:
        raise refused("hub.key", field=found.key)
    answering = providers.provider(found.code)
    with scope(PLATFORM):
        answered = list(answering(where, today))
    told = rights.cut(found, right, fields, where, answered)
    if _used(right) + len(told) > right.volume:
        raise refused("hub.volume", used=_used(right) + len(told), volume=right.volume)
    firms = {str(row.get(found.concerns) or "") for row in answered} if found.concerns and told else set()
    body = chain.canonical({"rows": told}).encode()
    sha = log.digest(body)
    noted(found, right, consumer, fields, told, firms, took_ms=int((time.monotonic() - started) * 1000))
    number = log.write(
        "query.answered", _facts(question, found, consumer) | {"fields": list(fields), "rows": len(told), "answer": sha}
    )
    return Answer(found.code, right.agreement, fields, told, number, sha)


def refusal(question: Question, problem: Problem) -> None:
    """Write down that a question was refused, in a transaction that holds nothing else of it."""
    found = resources().get(question.resource)
    consumer = department()
    if found is not None:
        rows.run(
            "INSERT INTO exchange_hub_use (at, day, agreement, resource, owner, consumer, outcome) VALUES (pz_now(), %s, %s, %s, %s, %s, %s)",
            (
                clock.today(), agreements.seen(question.agreement, found.code, consumer), found.code, found.owner, consumer,
                problem.code[:60],
            ),
        )  # fmt: skip
    log.write("query.refused", _facts(question, found, consumer) | {"code": problem.code})


def noted(
    found: Resource,
    right: Right,
    consumer: str,
    fields: Sequence[str],
    told: Sequence[Mapping[str, str]],
    firms: set[str],
    *,
    way: str = "query",
    took_ms: int | None = None,
) -> None:
    """The use log's row, and whom it concerned; `took_ms` from the question to its answer, None for messages."""
    empty = sum(not value for row in told for value in row.values())
    made = rows.first(
        "INSERT INTO exchange_hub_use (at, day, agreement, resource, owner, consumer, article, fields, rows, cells, empty, way, took_ms)"
        " VALUES (pz_now(), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            clock.today(), right.agreement, found.code, found.owner, consumer, right.article, list(fields), len(told),
            len(told) * len(fields), empty, way, took_ms,
        ),
    )  # fmt: skip
    for firm in sorted(one for one in firms if one):
        rows.run("INSERT INTO exchange_hub_concern (use, uscc) VALUES (%s, %s)", (made["id"] if made else 0, firm[:40]))


def known(code: str) -> Resource:
    """A resource of the catalogue; Refused `hub.resource`."""
    found = resources().get(code)
    if found is None:
        raise refused("hub.resource", resource=code[:60])
    return found


def _right(question: Question, found: Resource) -> Right:
    if found.owner == department():
        return Right(None, frozenset(found.names), frozenset(found.names), volume=1_000_000, article=found.basis)
    if question.agreement is None:
        return rights.without_agreement(found)
    right, row = agreements.right_of(question.agreement)
    if row["resource"] != found.code:
        raise refused("hub.no_grant")
    return right


def _used(right: Right) -> int:
    if right.agreement is None:
        return 0
    found = rows.first(
        "SELECT coalesce(sum(rows), 0) AS n FROM exchange_hub_use WHERE agreement = %s AND day = %s",
        (right.agreement, clock.today()),
    )
    return int(found["n"]) if found else 0


def _where(asked: Mapping[str, str], found: Resource, right: Right) -> dict[str, str]:
    if len(asked) > MOST_CONDITIONS:
        raise refused("hub.input", what="where")
    for name, value in asked.items():
        if found.field(name) is None:
            raise refused("hub.field_unknown", field=name[:60])
        if not value or len(value) > LONGEST_VALUE or not value.isprintable():
            raise refused("hub.input", what=f"where.{name}")
    return dict(asked)


def _facts(question: Question, found: Resource | None, consumer: str) -> dict[str, Any]:
    asked = {
        "resource": question.resource[:80], "agreement": question.agreement, "where": dict(question.where or {}), "fields": list(question.fields),
    }  # fmt: skip
    return {
        "consumer": consumer, "owner": found.owner if found else "", "resource": question.resource[:80].encode("utf-8", "replace").decode(),
        "agreement": question.agreement, "question": log.digest(chain.canonical(asked).encode("utf-8", "surrogatepass")),
    }  # fmt: skip
