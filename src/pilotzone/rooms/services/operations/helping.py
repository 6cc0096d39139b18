"""帮助与留言: a question about a record, its answer by the platform, and what of it everybody may read."""

from __future__ import annotations

from django.db import transaction

from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM, ZONE
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.services.errors import refused
from pilotzone.rooms.services.models import Question, Reply
from pilotzone.rooms.services.queries import cases
from pilotzone.rooms.services.queries.help import access_question

ASK, ANSWER = "help.ask", "help.answer"
LONGEST, TITLE = 2000, 120
KINDS = {"question": ("咨询", "question"), "fault": ("报障", "fault"), "complaint": ("投诉建议", "complaint")}
RECORDS = {
    "case": ("办件", "case"),
    "receipt": ("报文回执", "message"),
    "trade": ("票", "trade"),
    "filing": ("备案", "filing"),
}
OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


@transaction.atomic
def ask(*, kind: str, title: str, body: str, record_kind: str = "", record: str = "") -> Question:
    """Ask the platform, mostly about a record. Refused `help.words`, `help.record` (a case that is not the caller's)."""
    actor = require(ASK)
    heading, text = _text(title, TITLE), _text(body, LONGEST)
    about, number = (
        (record_kind, whole(record, 60, "业务编号", "Record", field="record"))
        if record_kind in RECORDS and record.strip()
        else ("", "")
    )
    if about == "case":
        _refuse_strange(number)
    with scope(PLATFORM):
        made = Question.objects.create(
            kind=kind if kind in KINDS else "question", organisation_id=actor.organisation, person_id=actor.person,
            record_kind=about, record=number, title=heading, body=text, at=clock.now(),
        )  # fmt: skip
    audit.record("help.ask", object_kind="question", object_id=made.pk, after={"kind": made.kind, "record": about})
    return made


@transaction.atomic
def reply(number: int, *, body: str) -> None:
    """One more word: the platform's is an answer, the asker's opens it again. Refused `help.words`, `help.state`."""
    seen, text, actor = access_question(number), _text(body, LONGEST), current()
    official = actor.kind == ZONE
    require(ANSWER if official else ASK)
    with scope(PLATFORM):
        found = Question.objects.select_for_update().get(pk=seen.pk)
        if found.state == CLOSED:
            raise refused("help.state")
        Reply.objects.create(question=found, person_id=actor.person, official=official, body=text, at=clock.now())
        found.state = ANSWERED if official else OPEN
        if official and found.answered_at is None:
            found.answered_at = clock.now()
        found.save(update_fields=["state", "answered_at"])
    audit.record(
        "help.answer" if official else "help.reply",
        object_kind="question",
        object_id=number,
        after={"state": found.state},
    )


@transaction.atomic
def finish(number: int) -> None:
    """办结, by who asked or who answers."""
    seen, actor = access_question(number), current()
    require(ANSWER if actor.kind == ZONE else ASK)
    with scope(PLATFORM):
        Question.objects.filter(pk=seen.pk).update(state=CLOSED)
    audit.record(
        "help.close", object_kind="question", object_id=number, before={"state": seen.state}, after={"state": CLOSED}
    )


@transaction.atomic
def publish(number: int, *, title: str, body: str, answer: str) -> None:
    """Let everybody read question and answer, in words without names; with empty words it is taken back."""
    require(ANSWER)
    seen = access_question(number)
    taken_back = not (title.strip() or body.strip() or answer.strip())
    words = ("", "", "") if taken_back else (_text(title, TITLE), _text(body, LONGEST), _text(answer, LONGEST))
    with scope(PLATFORM):
        Question.objects.filter(pk=seen.pk).update(
            public_title=words[0], public_body=words[1], public_answer=words[2],
            published_at=None if taken_back else clock.now(),
        )  # fmt: skip
    audit.record("help.publish", object_kind="question", object_id=number, after={"public": not taken_back})


def _text(text: str, most: int) -> str:
    clean = text.replace("\0", "").strip()
    if not clean or len(clean) > most:
        raise refused("help.words", most=LONGEST)
    return clean


def _refuse_strange(number: str) -> None:
    seen = cases.mine().filter(number=number).first()
    if seen is None:
        raise refused("help.record", by_field={"record": number})
