"""A firm writes a document on the page: begun empty, from an earlier one or a template, saved as typed, kept as a draft.

Kept means: it lies in the inbox as a draft (appStatus 1) like every other. Templates hold no personal data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.exchange.formats.shapes import Message as Shape
from pilotzone.exchange.sealing import pack
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import differences, writing
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, BY_NUMBER, Kind
from pilotzone.rooms.clearance.models import Document, Writing
from pilotzone.rooms.clearance.operations import overtaking, verbs
from pilotzone.rooms.clearance.queries import changes, drafts, written_drafts
from pilotzone.rooms.clearance.queries.written_drafts import BODY

SOURCE = "PilotZone 单证填写"
ACTION = "declare.submit"
LONGEST = 1000
MOST_OPEN, MOST_TEMPLATES = 200, 200
FORGOTTEN, KEPT_ON = timedelta(days=90), timedelta(days=1)


def begin(*, message: str = "", document: int = 0, template: int = 0) -> int:
    """A document to write: empty of kind `message`, or a copy of an own `document`, or from a `template`; its number.

    Refused `clearance.submit.message` for no kind of ours, `clearance.unknown` for what is not the caller's,
    `clearance.writing.many` where too many are open.
    """
    require(ACTION)
    firm, now = verbs.own_firm(), clock.now()
    _forget(firm.pk)
    if written_drafts.own().filter(template=False).count() >= MOST_OPEN:
        raise Refused(
            code="clearance.writing.many", zh=f"填写中的单证已有{MOST_OPEN}份，请先完成或放弃一些。",
            en=f"{MOST_OPEN} documents are being written already; finish or discard some first.", source=SOURCE,
        )  # fmt: skip
    kind, part = _from(message, document, template)
    one = Writing.objects.create(
        organisation=firm, person_id=current().person, kind=kind.number, body=_sealed(part), made_at=now, saved_at=now
    )
    audit.record(
        "clearance.writing.begin", object_kind="writing", object_id=one.pk,
        after={"message": kind.message, "document": document, "template": template},
    )  # fmt: skip
    return one.pk


def _from(message: str, document: int, template: int) -> tuple[Kind, Part]:
    if template:
        pattern = written_drafts.access(template)
        kind, part = BY_NUMBER[pattern.kind], written_drafts.read(pattern)
    elif document:
        firm = verbs.own_firm()
        row = Document.objects.filter(id=document, sender=firm.pk).first()
        said = drafts.said([row]) if row is not None else {}
        if row is None or row.id not in said:
            raise verbs.unknown()
        kind, part = BY_NUMBER[row.kind], said[row.id]
    elif message in BY_MESSAGE:
        return BY_MESSAGE[message], _empty(BY_MESSAGE[message])
    else:
        raise Refused(
            code="clearance.submit.message", zh="没有这种单证", en="There is no such document", source=SOURCE,
        )  # fmt: skip
    shape = changes.shape_of(kind, clock.today(), part.head)
    line_fields = shape.lines.by_name if shape.lines else ()
    return kind, writing.copied(part, fields=shape.head.by_name, line_fields=line_fields)


def _empty(kind: Kind) -> Part:
    firm, shape = verbs.own_firm(), changes.shape_of(kind, clock.today())
    fields = {one.element: [value.code for value in one.values] for one in shape.head.fields}
    part = writing.begun(
        kind, roles=firm.roles, code=firm.customs_code or firm.uscc or "", name=firm.name, fields=fields
    )
    return Part(part.head, writing.numbered([{}])) if shape.lines else part


def save(
    *, number: int, revision: int, head: Mapping[str, str], lines: Sequence[Mapping[str, str]], writer: str = "",
    add: bool = False,
) -> int:  # fmt: skip
    """Write what was typed, whole; answers the new revision. `lines` in their order, those left out are gone; `add` one empty.

    Refused `clearance.writing.stale`, with who saved and what, when another than `writer` saved since `revision`, `clearance.writing.lines`
    beyond a hundred lines, `text.long` for a field beyond LONGEST characters.
    """
    one = _locked(number)
    kind = BY_NUMBER[one.kind]
    shape = changes.shape_of(kind, clock.today())
    _as_shown(one, revision, writer, shape)
    part = _typed(shape, head, lines, add=add)
    before = written_drafts.read(one)
    changed = differences.differing(before, part)
    if not changed and len(before.lines) == len(part.lines):  # a page saves as one types, also when nothing was typed
        return one.revision
    one.body, one.saved_at, one.revision, one.writer = _sealed(part), clock.now(), one.revision + 1, writer[:36]
    one.save(update_fields=["body", "saved_at", "revision", "writer"])
    overtaking.saved("writing", one.pk, revision=one.revision, changed=changed)
    return one.revision


def _typed(shape: Shape, head: Mapping[str, str], lines: Sequence[Mapping[str, str]], *, add: bool) -> Part:
    """What of the typed fields may be written, without the empty ones; refused as `save` says."""
    line_fields = shape.lines.by_name if shape.lines else {}
    if len(lines) + add > writing.MOST_LINES:
        raise Refused(
            code="clearance.writing.lines", source=SOURCE, zh=f"一份单证最多{writing.MOST_LINES}项商品。",
            en=f"A document has at most {writing.MOST_LINES} lines.",
        )  # fmt: skip
    kept = [
        {
            name: told for name, text in line.items()
            if name in line_fields and writing.editable_line(name) and (told := whole(text, LONGEST, field=f"{place}.{name}"))
        }
        for place, line in enumerate(lines, 1)
    ]  # fmt: skip
    if add:
        kept.append({})
    fields = {
        name: told for name, text in head.items()
        if name in shape.head.by_name and writing.editable(name) and (told := whole(text, LONGEST, field=name))
    }  # fmt: skip
    return Part(fields, writing.numbered(kept) if shape.lines else [])


def keep(*, number: int) -> str:
    """Lay it into the inbox as a draft; answers the receipt. Refused `clearance.writing.faults` with what is wrong."""
    one = _locked(number)
    part, kind = written_drafts.read(one), BY_NUMBER[one.kind]
    wrong = written_drafts.findings(kind, part)
    if wrong:
        raise Refused(
            code="clearance.writing.faults", source=SOURCE, fields={str(at): fault["code"] for at, fault in enumerate(wrong[:20], 1)},
            zh=f"还有{len(wrong)}处问题，不能转入暂存：{wrong[0]['zh']}", en=f"{len(wrong)} things are wrong yet: {wrong[0]['en']}",
            mend_zh="按页面上的提示更正后再试；所填内容已保存。", mend_en="Correct what the page names and try again; what you typed is saved.",
        )  # fmt: skip
    with transaction.atomic():
        (receipt,) = verbs.submit_rows(message=kind.message, documents=[(part.head, part.lines)], channel="desk")
        one.receipt, one.kept_at = receipt, clock.now()
        one.save(update_fields=["receipt", "kept_at"])
        audit.record("clearance.writing.keep", object_kind="writing", object_id=one.pk, after={"receipt": receipt})
    return receipt


def make_template(*, number: int, name: str) -> int:
    """Keep it as a template under a name, without numbers and personal data; answers the template's number.

    Refused `clearance.writing.many` where the firm has as many as its page shows, `clearance.writing.name` without a name.
    """
    require(ACTION)
    one, now = written_drafts.access(number), clock.now()
    called = whole(name, 60, "模板名称", "The name of the template", field="name")
    if not called:
        raise Refused(
            code="clearance.writing.name", zh="请给模板起一个名称。", en="Give the template a name.", source=SOURCE,
        )  # fmt: skip
    if written_drafts.own().filter(template=True).count() >= MOST_TEMPLATES:
        raise Refused(
            code="clearance.writing.many", zh=f"模板已有{MOST_TEMPLATES}个，请先删除一些。",
            en=f"There are {MOST_TEMPLATES} templates already; take some away first.", source=SOURCE,
        )  # fmt: skip
    part = writing.patterned(BY_NUMBER[one.kind], written_drafts.read(one))
    made = Writing.objects.create(
        organisation_id=one.organisation_id, person_id=current().person, kind=one.kind, name=called, template=True,
        body=_sealed(part), made_at=now, saved_at=now,
    )  # fmt: skip
    audit.record("clearance.writing.template", object_kind="writing", object_id=made.pk, after={"name": called})
    return made.pk


def discard(*, number: int, revision: int | None = None, writer: str = "") -> None:
    """Give up a document that is written, or a template; what was typed is gone.

    Refused `clearance.writing.stale` where another than `writer` saved since `revision` was shown.
    """
    one = _held(number)
    if revision is not None:
        _as_shown(one, revision, writer, changes.shape_of(BY_NUMBER[one.kind], clock.today()))
    audit.record("clearance.writing.discard", object_kind="writing", object_id=one.pk)
    one.delete()


def _as_shown(one: Writing, revision: int, writer: str, shape: Shape) -> None:
    if one.revision != revision and not (writer and writer == one.writer):
        raise overtaking.stale("writing", one, revision, shape, source=SOURCE)


def _held(number: int) -> Writing:
    """The caller's own, held until the transaction ends; Denied also where a colleague gave it up meanwhile."""
    require(ACTION)
    written_drafts.access(number)
    return Writing.objects.select_for_update().filter(pk=number).first() or written_drafts.access(number)


def _locked(number: int) -> Writing:
    one = _held(number)
    if one.template or (one.receipt and not written_drafts.refused(one)):
        raise Refused(
            code="clearance.writing.closed", zh="这份单证已转入暂存，不能再改。", en="This document lies among the drafts; it is written no more.",
            source=SOURCE, mend_zh="请在暂存中复制为新单证后修改。", mend_en="Copy it from the drafts and edit the copy.",
        )  # fmt: skip
    return one


def over(before: datetime) -> int:
    """How many documents being written were last saved before (as the platform); templates hold no person and stay."""
    return Writing.objects.filter(template=False, saved_at__lt=before).count()


def forget_over(before: datetime) -> int:
    """Remove them; answers how many."""
    return Writing.objects.filter(template=False, saved_at__lt=before).delete()[0]


def _forget(firm: int) -> None:
    """What was kept, or lay untouched too long, holds personal data for nothing."""
    now = clock.now()
    mine = Writing.objects.filter(organisation_id=firm, template=False)
    mine.filter(kept_at__lt=now - KEPT_ON).delete()
    mine.filter(saved_at__lt=now - FORGOTTEN).delete()


def _sealed(part: Part) -> bytes:
    return pack(msgspec.json.encode({"head": part.head, "lines": part.lines}), BODY)
