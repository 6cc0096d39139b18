"""A firm writes a change, deletion, cancellation or return from its own record: begun, saved as it is typed, kept, discarded.

Kept means: it lies in the inbox as a draft (appStatus 1) like every other; the firm signs and declares it there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence

import msgspec
from django.db import IntegrityError, transaction

from pilotzone.base.days import stamp
from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.exchange.sealing import pack
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import applications, changes, differences, keys
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.changes import CANCEL, RETURN
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.models import Change
from pilotzone.rooms.clearance.operations import overtaking, verbs
from pilotzone.rooms.clearance.queries import changes as found_changes
from pilotzone.rooms.clearance.queries import drafts as waiting
from pilotzone.rooms.clearance.queries import written as on_paper
from pilotzone.rooms.clearance.queries.changes import OPEN, Scene
from pilotzone.rooms.clearance.queries.written import BODY, DISCARDED, KEPT

SOURCE = "PilotZone 变更撤销退货"
ACTION = "declare.mend"
LONGEST = 1000


def begin(*, trade: int, verb: str, kind: str) -> int:
    """A change filled from the record; the number of the one being written where there is one already.

    Refused with the code of what stands against it: `rule.change.in_use`, `rule.cancel.…`, `rule.refund.…`,
    `rule.sender.…`, `clearance.change.…`.
    """
    require(ACTION)
    firm = verbs.own_firm()
    scene = found_changes.scene(trade)
    if scene is None or verb not in changes.WORDS:
        raise verbs.unknown()
    made, fault = found_changes.judged(scene, verb, kind)
    if fault is not None or made is None:
        raise _refused(fault or found_changes.NO_LIST)
    standing = Change.objects.filter(organisation=firm, trade_id=trade, verb=verb, kind=made.number, state=OPEN).first()
    if standing is not None:
        return standing.pk
    row, source = scene.documents[kind]
    part = _filled(scene, verb, source)
    now = clock.now()
    try:
        with transaction.atomic():
            one = Change.objects.create(
                organisation=firm, person_id=current().person, trade_id=trade, order_no=scene.trade.order_no[:60], verb=verb,
                kind=made.number, key=keys.key_text(made, part.head), source=row.id, body=_sealed(part, ()), made_at=now, saved_at=now,
            )  # fmt: skip
    except IntegrityError:  # a colleague began the same a moment ago
        return Change.objects.get(organisation=firm, trade_id=trade, verb=verb, kind=made.number, state=OPEN).pk
    audit.record(
        "clearance.change.begin",
        object_kind="change",
        object_id=one.pk,
        after={"trade": trade, "verb": verb, "kind": kind},
    )
    return one.pk


def _filled(scene: Scene, verb: str, source: Part) -> Part:
    kind = found_changes.judged(scene, verb, "list")[0] if verb in (CANCEL, RETURN) else None
    if kind is None:
        return changes.filled(verb, source, fields=source.head)
    shape = found_changes.shape_of(kind, scene.on)
    return changes.filled(
        verb, source, fields=shape.head.by_name, line_fields=shape.lines.by_name if shape.lines else (),
        invt_no=scene.trade.invt_no, number=changes.own_number(verb, stamp(clock.now())[2:8], uuid.uuid4().hex[:12]),
        number_in=kind.key[1], left=applications.left(scene.at, source.lines),
    )  # fmt: skip


def save(
    *, number: int, revision: int, head: Mapping[str, str], lines: Mapping[int, Mapping[str, str]] | None = None,
    off: Collection[int] | None = None, writer: str = "",
) -> int:  # fmt: skip
    """Write what was typed; answers the new revision. What may not be edited is left as it was, `off` are lines left out.

    Refused `clearance.change.stale`, with who saved and what, when another than `writer` (a page, by its own mark) saved since `revision`,
    `clearance.change.closed` when it is written no more, `text.long` for a field beyond LONGEST characters.
    """
    one = _locked(number)
    _as_shown(one, revision, writer)
    kind, (part, was_off) = BY_NUMBER[one.kind], on_paper.written(one)
    new_head = dict(part.head)
    for name, text in head.items():
        if changes.editable(one.verb, kind, name):
            _put(new_head, name, text, required=name in part.head, field=name)
    new_lines = [dict(line) for line in part.lines]
    for place, line in (lines or {}).items():
        if not 0 <= place < len(new_lines):
            continue
        for name, text in line.items():
            if changes.editable_line(one.verb, name):
                _put(new_lines[place], name, text, required=name in part.lines[place], field=f"{place + 1}.{name}")
    out = was_off if off is None or one.verb not in (changes.CHANGE, RETURN) else set(off) & set(range(len(new_lines)))
    made = Part(new_head, new_lines)
    changed = differences.differing(part, made, off_was=was_off, off_now=out)
    if not changed:  # a page saves as one types, also when nothing was typed
        return one.revision
    one.body, one.saved_at, one.revision = _sealed(made, out), clock.now(), one.revision + 1
    one.writer = writer[:36]
    one.save(update_fields=["body", "saved_at", "revision", "writer"])
    overtaking.saved("change", one.pk, revision=one.revision, changed=changed)
    return one.revision


def keep(*, number: int, revision: int | None = None) -> str:
    """Keep it among the firm's drafts, to be signed; answers the receipt. Refused `clearance.change.faults` with what is wrong,
    `clearance.change.stale` where somebody wrote since `revision` was shown."""
    one = _locked(number)
    _as_shown(one, revision)
    scene = found_changes.scene(one.trade_id)
    part, off = on_paper.written(one)
    lines = [line for place, line in enumerate(part.lines) if place not in off]
    wrong = found_changes.findings(one, scene, part.head, lines)
    if wrong:
        raise Refused(
            code="clearance.change.faults", source=SOURCE, fields={str(at): fault["code"] for at, fault in enumerate(wrong[:20], 1)},
            zh=f"还有{len(wrong)}处问题，不能转入暂存：{wrong[0]['zh']}", en=f"{len(wrong)} things are wrong yet: {wrong[0]['en']}",
            mend_zh="按页面上的提示更正后再试。", mend_en="Correct what the page names and try again.",
        )  # fmt: skip
    message = BY_NUMBER[one.kind].message
    (receipt,) = verbs.submit_rows(message=message, documents=[(part.head, lines)], channel="desk")
    one.state, one.receipt, one.kept_at = KEPT, receipt, clock.now()
    _moved(one, "keep", "receipt", "kept_at", receipt=receipt, verb=one.verb)
    return receipt


def reopen(*, number: int, revision: int | None = None) -> None:
    """Write on at what was kept but not declared, or was refused. Refused `clearance.change.closed` otherwise,
    `clearance.change.stale` where somebody moved it since `revision` was shown."""
    require(ACTION)
    one = _row(number)
    _as_shown(one, revision)
    if _stands(one) not in (on_paper.DRAFT, on_paper.REFUSED):
        raise overtaking.closed(one, source=SOURCE)
    one.state = OPEN
    try:
        with transaction.atomic():
            _moved(one, "reopen")
    except IntegrityError:
        raise Refused(
            code="clearance.change.again", source=SOURCE,
            zh="这一票已有同类草稿在填写。", en="Another draft of this kind is being written for the trade.",
        ) from None  # fmt: skip


def discard(*, number: int, revision: int | None = None, writer: str = "") -> None:
    """Give it up: what it said is forgotten, and where it lay among the drafts it is signed no more.

    Refused `clearance.change.closed` for what is on its way, declared or given up, `clearance.change.stale` where another than
    `writer` wrote since `revision` was shown.
    """
    require(ACTION)
    one = _row(number)
    if one.state != DISCARDED:
        _as_shown(one, revision, writer)
    if one.state != OPEN and _stands(one) not in (on_paper.DRAFT, on_paper.REFUSED):
        raise overtaking.closed(one, source=SOURCE)
    if one.state == KEPT:
        one.draft = on_paper.told(number)["draft"]
    one.state, one.body = DISCARDED, b""
    _moved(one, "discard", "body", "draft", verb=one.verb)


def _as_shown(one: Change, revision: int | None, writer: str = "") -> None:
    """Nothing where it stands as it was shown (`revision`), or the page that asks (`writer`) wrote last itself."""
    if revision is None or one.revision == revision or (writer and writer == one.writer):
        return
    found = found_changes.scene(one.trade_id)
    shape = found_changes.shape_of(BY_NUMBER[one.kind], found.on if found else clock.today())
    raise overtaking.stale("change", one, revision, shape, source=SOURCE)


def _moved(one: Change, did: str, *names: str, **after: object) -> None:
    """Write the state with what else changed: a new revision no page has shown yet, by no page."""
    one.revision, one.writer = one.revision + 1, ""
    one.save(update_fields=["state", "revision", "writer", *names])
    overtaking.moved("change", one.pk, did, revision=one.revision, **after)


def _put(values: dict[str, str], name: str, text: str, *, required: bool, field: str) -> None:
    """An emptied field goes, unless the record had it: then its emptiness is told as what is wrong."""
    text = whole(text, LONGEST, field=field)
    if text or required:
        values[name] = text
    else:
        values.pop(name, None)


def _row(number: int) -> Change:
    on_paper.access_change(number)
    return Change.objects.select_for_update().get(pk=number)


def _locked(number: int) -> Change:
    require(ACTION)
    one = _row(number)
    if one.state != OPEN:
        raise overtaking.closed(one, source=SOURCE)
    return one


def _stands(one: Change) -> str:
    """What became of a kept one; underway where its draft is being declared."""
    told = on_paper.told(one.pk)
    return on_paper.UNDERWAY if told["draft"] and waiting.underway([told["draft"]]) else str(told["stands"])


def _sealed(part: Part, off: Collection[int]) -> bytes:
    lines: Sequence[Mapping[str, str]] = part.lines
    return pack(msgspec.json.encode({"head": part.head, "lines": lines, "off": sorted(off)}), BODY)


def _refused(fault: Fault) -> Refused:
    return Refused(
        code=fault.code, zh=fault.zh, en=fault.en, source=fault.source, mend_zh=fault.mend_zh, mend_en=fault.mend_en
    )
