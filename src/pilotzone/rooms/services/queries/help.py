"""Questions and replays the caller sees; what everybody may read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from pilotzone.kernel.access.actor import AGENCY, DISTRICT, PLATFORM, PUBLIC, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.services.models import Question, Replay, Reply
from pilotzone.rooms.services.queries.cases import unknown

OFFICIAL = frozenset({AGENCY, DISTRICT, ZONE})
# which roles of public bodies read what others asked
READERS = ("help.answer", "service.see", "service.decide", "audit.read")


def access_question(number: int) -> Question:
    """A question the caller sees: his firm's or his own, any for who answers or may look into them; Denied `kernel.access.unknown` else."""
    if current().kind == PUBLIC or not 0 < number < 2**63:
        raise unknown()
    found = questions().filter(pk=number).first()
    if found is None:
        raise unknown()
    return found


def questions(state: str = "", query: str = "") -> QuerySet[Question]:
    """Those the caller sees, the newest first."""
    actor = current()
    found = Question.objects.select_related("organisation", "person").order_by("-pk")
    if actor.kind == "consumer":
        found = found.filter(person=actor.person, organisation=None)
    elif actor.kind in OFFICIAL and not any(may(action) for action in READERS):
        found = found.filter(person=actor.person)
    if state:
        found = found.filter(state=state)
    if query:
        found = found.filter(Q(title__icontains=query) | Q(record=query) | Q(organisation__name__icontains=query))
    return found


def replies(question: Question) -> list[Reply]:
    """What was said, oldest first."""
    return list(Reply.objects.filter(question=question).select_related("person").order_by("pk"))


def published(query: str = "", page: int = 1, size: int = 50) -> dict[str, Any]:
    """Questions and answers everybody may read, the newest first, and nothing of who asked: {rows, total, page}."""
    with scope(PLATFORM):
        found = Question.objects.exclude(published_at=None).order_by("-published_at", "-pk")
        if query:
            found = found.filter(
                Q(public_title__icontains=query) | Q(public_body__icontains=query) | Q(public_answer__icontains=query)
            )
        total = found.count()
        page = max(1, min(page, -(-total // size)))
        rows = [
            {
                "id": one.pk,
                "title": one.public_title,
                "body": one.public_body,
                "answer": one.public_answer,
                "at": one.published_at,
            }
            for one in found[(page - 1) * size : page * size]
        ]
    return {"rows": rows, "total": total, "page": page}


def counts() -> dict[str, int]:
    """How many were asked, answered and stand published: for everybody."""
    with scope(PLATFORM):
        found = Question.objects
        return {
            "asked": found.count(), "answered": found.exclude(answered_at=None).count(),
            "published": found.exclude(published_at=None).count(),
        }  # fmt: skip


def replays(state: str = "") -> QuerySet[Replay]:
    """Requests to replay, the newest first; for who may ask for them."""
    require("document.replay")
    found = Replay.objects.select_related("organisation", "asked_by", "decided_by").order_by("-pk")
    return found.filter(state=state) if state else found
