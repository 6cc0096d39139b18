"""The caller's drafts (暂存): which still stand, and which were signed and are on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from pilotzone.exchange import results
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, BY_NUMBER
from pilotzone.rooms.clearance.models import Change, Document, Signing
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries.pages import PAGE, told_documents


def standing() -> QuerySet[Document]:
    """The caller's drafts that neither a later draft nor a declared document of the same key replaced, nor he gave up."""
    later = Document.objects.filter(
        kind=OuterRef("kind"), key=OuterRef("key"), sender=OuterRef("sender"), id__gt=OuterRef("id"),
        state__in=("accepted", "draft"),
    )  # fmt: skip
    given_up = Change.objects.filter(draft=OuterRef("id"), organisation=OuterRef("sender"), state="discarded")
    return Document.objects.filter(~Exists(later), ~Exists(given_up), state="draft", sender=current().organisation)


def drafts(page: int = 1, size: int = PAGE, *, message: str = "", key: str = "") -> dict[str, Any]:
    """A page of standing drafts, the newest first: {rows, total, page}; `receipt`: that of the signed message a draft went with last.

    `message`: only of this message (CEB311Message); `key`: only whose number contains it. None that is unknown.
    """
    found = standing().order_by("-id")
    if message:
        found = found.filter(kind=BY_MESSAGE[message].number) if message in BY_MESSAGE else found.none()
    if key:
        found = found.filter(key__contains=key)
    size = max(1, min(size, 500))
    total = found.count()
    rows = list(found[(page - 1) * size : page * size])
    sent = receipts(row.id for row in rows)
    told = [one | {"receipt": sent.get(one["id"], "")} for one in told_documents(rows, opened=True)]
    return {"rows": told, "total": total, "page": page}


def draft_messages() -> list[dict[str, str]]:
    """The messages the caller has standing drafts of: {message, zh, en}, in their order."""
    numbers = standing().order_by().values_list("kind", flat=True).distinct()
    return [
        {"message": one.message, "zh": one.zh, "en": one.en}
        for number in sorted(numbers)
        for one in (BY_NUMBER[number],)
    ]


def receipts(drafts: Iterable[int]) -> dict[int, str]:
    """Draft → receipt id of the last signed message it was put into; the others are left out."""
    wanted = set(drafts)
    if not wanted:
        return {}
    signed = Signing.objects.filter(organisation_id=current().organisation or 0, drafts__overlap=sorted(wanted))
    told: dict[int, str] = {}
    for receipt, inside in signed.exclude(receipt="").order_by("pk").values_list("receipt", "drafts"):
        told |= dict.fromkeys(wanted & set(inside), receipt)
    return told


def underway(drafts: Iterable[int]) -> set[int]:
    """Those of these drafts whose signed message is kept but not worked off yet."""
    sent = receipts(drafts)
    waiting = {receipt for receipt in sent.values() if not worked_off(receipt)}
    return {draft for draft, receipt in sent.items() if receipt in waiting}


def worked_off(receipt: str) -> bool:
    """Whether the pipeline has taken a message of the caller's."""
    with connection.cursor() as cursor:
        told = results.read(cursor, receipt, organisation_id=current().organisation or 0)
    return told is None or told["state"] == results.DONE


def said(rows: Iterable[Document]) -> dict[int, Part]:
    """What documents say, by their numbers, personal fields among them."""
    with connection.cursor() as cursor:
        return contents.parts(cursor, [row.id for row in rows])
