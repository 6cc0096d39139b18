"""Printing many as a task: asked on a page, carried out by the scheduler in its asker's name, kept as one sealed file.

What may not be printed fails the whole task and says which record; nothing half is handed out. A task that shows no life
is taken over and begins anew: the same papers come out, for a paper is issued once.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.doors import actor_of, memberships_of
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import current, scope
from pilotzone.kernel.database import cursor_of
from pilotzone.portal.papers import issuing
from pilotzone.portal.papers.kinds import kind_of
from pilotzone.ui.paper import drawing

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
MOST, MOST_OPEN, STEP = (
    2_000,
    3,
    20,
)  # papers of a task; tasks of a person on their way; papers issued between two beats
MOST_BYTES = 60 * 1024 * 1024
STALE, KEPT = timedelta(minutes=5), timedelta(days=7)
_SHOWN = (
    "id",
    "kind",
    "language",
    "state",
    "total",
    "done",
    "problem",
    "asked_at",
    "finished_at",
    "name",
    "size",
    "sha256",
)
_EPOCH = (2020, 1, 1, 0, 0, 0)  # the same papers make the same file


@dataclass(frozen=True, slots=True)
class Taken:
    """A task as the scheduler carries it out."""

    id: int
    person: int
    membership: int | None
    kind: str
    keys: list[str]
    language: str
    root: str


def ask(code: str, keys: Sequence[str], *, language: str, root: str) -> int:
    """Ask for the papers of these records as one file; the task's number. Refused `paper.too_many`, `paper.task.busy`."""
    kind = kind_of(code)
    actor = current()
    chosen = [key for key in dict.fromkeys(keys) if 0 < len(key) <= issuing.LONGEST_KEY and "\0" not in key]
    if not 0 < len(chosen) <= MOST:
        raise Refused(
            code="paper.too_many", zh=f"一次可打印1至{MOST}份，请选择行或用筛选条件缩小范围。",
            en=f"Print 1 to {MOST} papers at once: choose rows, or narrow the list by its filters.",
        )  # fmt: skip
    if actor.person is None:
        raise _unknown()
    with cursor_of() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"papers {actor.person}",))
        cursor.execute(
            "SELECT count(*) FROM portal_paper_task WHERE person = %s AND state IN ('waiting', 'running')",
            (actor.person,),
        )
        if cursor.fetchone()[0] >= MOST_OPEN:
            raise Refused(
                code="paper.task.busy", zh=f"您已有{MOST_OPEN}个打印任务在办，请等其中一个完成。",
                en=f"You have {MOST_OPEN} printing tasks on their way; wait until one is done.",
            )  # fmt: skip
        cursor.execute(
            "INSERT INTO portal_paper_task (person, membership, kind, keys, language, root, state, total, asked_at, beat_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, 'waiting', %s, %s, %s) RETURNING id",
            (
                actor.person, actor.membership, kind.code, json.dumps(chosen), language, root, len(chosen), clock.now(), clock.wall(),
            ),
        )  # fmt: skip
        number = int(cursor.fetchone()[0])
    audit.record("paper.task", object_kind=kind.code, object_id=number, after={"papers": len(chosen)})
    return number


def told(number: int) -> dict[str, Any]:
    """One task of the caller's own. Denied for any other."""
    found = _tasks("AND id = %s", [number])
    if not found:
        raise _unknown()
    return found[0]


def mine(most: int = 50) -> list[dict[str, Any]]:
    """The caller's own tasks, the newest first."""
    return _tasks("ORDER BY id DESC LIMIT %s", [most])


def file(number: int) -> tuple[str, bytes]:
    """(name, bytes) of a finished task of the caller's own. Denied while there is none, and after it was forgotten."""
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT name, file FROM portal_paper_task WHERE id = %s AND person = %s AND file IS NOT NULL",
            (number, current().person),
        )
        row = cursor.fetchone()
    if row is None:
        raise _unknown()
    audit.record("paper.task.file", object_kind="paper.task", object_id=number)
    return row[0], bytes(row[1])


def work() -> int:
    """Carry out the next task, and forget files that were kept long enough; how many tasks ended."""
    with scope(PLATFORM):
        _forget()
        taken = _take()
    if taken is None:
        return 0
    try:
        name, content = _printed(taken)
    except Problem as problem:
        _end(taken, FAILED, problem={"code": problem.code, "zh": problem.zh, "en": problem.en})
        return 1
    except Exception:
        broken = {
            "code": "paper.failed",
            "zh": "打印失败，请稍后再试。",
            "en": "Printing failed; please try again later.",
        }
        _end(taken, FAILED, problem=broken)
        raise
    _end(taken, DONE, name=name, content=content)
    return 1


def _printed(taken: Taken) -> tuple[str, bytes]:
    parts: list[tuple[str, bytes]] = []
    for first in range(0, len(taken.keys), drawing.MOST_PAPERS):
        made: list[issuing.Paper] = []
        for at in range(first, min(first + drawing.MOST_PAPERS, len(taken.keys)), STEP):
            with scope(_asker(taken)):
                end = min(at + STEP, first + drawing.MOST_PAPERS)
                made += [_issued(taken, key) for key in taken.keys[at:end]]
            _beat(taken, first + len(made))
        with scope(_asker(taken)):
            parts += _files(made, taken.language)
        if sum(len(content) for _, content in parts) > MOST_BYTES:
            raise Refused(
                code="paper.too_large", zh="文件过大，请减少行数分次打印。", en="The file would be too large; print fewer rows at once.",
            )  # fmt: skip
    if len(parts) == 1:
        return parts[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return f"{taken.kind}-{taken.id}.zip", packed.getvalue()


def _issued(taken: Taken, key: str) -> issuing.Paper:
    """One paper; what keeps it from being printed says of which record."""
    try:
        return issuing.issue(taken.kind, key, root=taken.root)
    except Problem as problem:
        raise Refused(
            code=problem.code, zh=f"{key}：{problem.zh}", en=f"{key}: {problem.en}", source=problem.source,
        ) from problem  # fmt: skip


def _files(made: Sequence[issuing.Paper], language: str) -> list[tuple[str, bytes]]:
    """The papers as one sealed PDF, or as two halves where they are more than one can hold."""
    try:
        return [(f"{made[0].issued.number}-{len(made)}.pdf", issuing.pdf(made, language))]
    except Refused as refused:
        if refused.code != "paper.too_large" or len(made) < 2:
            raise
    half = len(made) // 2
    return [*_files(made[:half], language), *_files(made[half:], language)]


def _asker(taken: Taken) -> Actor:
    """Who asked, as he may act today: who left or lost the membership prints no more."""
    today = clock.today()
    with scope(PLATFORM):
        person = Person.objects.filter(pk=taken.person).first()
    if person is None:
        raise _unknown()
    with scope(Actor(person=person.pk)):
        membership = next((one for one in memberships_of(person, on=today) if one.pk == taken.membership), None)
        actor = actor_of(person, membership, on=today) if membership or taken.membership is None else NOBODY
    if actor == NOBODY:
        raise _unknown()
    return actor


def _take() -> Taken | None:
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT id, person, membership, kind, keys, language, root FROM portal_paper_task"
            " WHERE state = 'waiting' OR (state = 'running' AND beat_at < %s) ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1",
            (clock.wall() - STALE,),
        )
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute(
            "UPDATE portal_paper_task SET state = 'running', done = 0, beat_at = %s WHERE id = %s",
            (clock.wall(), row[0]),
        )
    keys = row[4] if isinstance(row[4], list) else json.loads(row[4])
    return Taken(row[0], row[1], row[2], row[3], keys, row[5], row[6])


def _beat(taken: Taken, done: int) -> None:
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute(
            "UPDATE portal_paper_task SET done = %s, beat_at = %s WHERE id = %s", (done, clock.wall(), taken.id)
        )


def _end(
    taken: Taken, state: str, *, problem: dict[str, str] | None = None, name: str = "", content: bytes | None = None
) -> None:
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute(
            "UPDATE portal_paper_task SET state = %s, problem = %s, name = %s, file = %s, size = %s, sha256 = %s, finished_at = %s"
            " WHERE id = %s",
            (
                state, json.dumps(problem) if problem else None, name, content, len(content or b""),
                hashlib.sha256(content).hexdigest() if content else "", clock.now(), taken.id,
            ),
        )  # fmt: skip


def _forget() -> None:
    with cursor_of() as cursor:
        cursor.execute(
            "DELETE FROM portal_paper_task WHERE state IN ('done', 'failed') AND beat_at < %s", (clock.wall() - KEPT,)
        )


def _tasks(condition: str, values: list[Any]) -> list[dict[str, Any]]:
    with cursor_of() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_SHOWN)} FROM portal_paper_task WHERE person = %s {condition}",  # noqa: S608 (our own names)
            [current().person, *values],
        )
        rows = [dict(zip(_SHOWN, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        if isinstance(row["problem"], str):
            row["problem"] = json.loads(row["problem"])
        kind = kind_of(row["kind"])
        row["zh"], row["en"] = kind.zh, kind.en
        row["kept_until"] = day_of(_moment(row["finished_at"]) + KEPT) if row["finished_at"] else None
    return rows


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))


def _unknown() -> Denied:
    return Denied(
        code="kernel.access.unknown", zh="没有这一文件，或您无权查看。", en="There is no such paper, or it is not yours to see.",
    )  # fmt: skip
