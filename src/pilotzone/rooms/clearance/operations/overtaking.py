"""Two who write one draft at once: each saving leaves a line of what it changed, and who comes later is told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.shapes import Message as Shape
from pilotzone.kernel import audit, seen
from pilotzone.rooms.clearance.engine import differences
from pilotzone.rooms.clearance.models import Change, Writing

MOVES = {  # what moves a draft as a whole, beside its savings
    "keep": ("进展（转入暂存）", "its state (moved to the drafts)"), "reopen": ("进展（重新打开）", "its state (opened again)"),
    "discard": ("进展（已放弃）", "its state (given up)"),
}  # fmt: skip


def saved(kind: str, number: int, *, revision: int, changed: Sequence[str]) -> None:
    """The line of a saving: the names of what it changed, never their values. `kind` is change or writing."""
    audit.record(
        f"clearance.{kind}.save", object_kind=kind, object_id=number,
        after={"revision": revision, "fields": list(changed)},
    )  # fmt: skip


def moved(kind: str, number: int, did: str, *, revision: int, **after: object) -> None:
    """The line of a draft that was kept, opened again or given up."""
    audit.record(
        f"clearance.{kind}.{did}", object_kind=kind, object_id=number, after={"revision": revision, **after}
    )  # fmt: skip


def stale(kind: str, one: Change | Writing, revision: int, shape: Shape, *, source: str) -> Refused:
    """`clearance.change.stale` or `clearance.writing.stale`: who wrote since `revision`, when, and which fields, or where it was moved."""
    lines = seen.since(kind, one.pk, lambda line: int(line["after"].get("revision", 0)) > revision)
    head = {field.element: (field.zh, field.en) for field in shape.head.fields}
    rows = {field.element: (field.zh, field.en) for field in (shape.lines.fields if shape.lines else ())}
    words = [word for line in reversed(lines) for word in _changed(line, head, rows)]
    return seen.overtaken(
        lines, code=f"clearance.{kind}.stale", source=source, fields={"revision": str(one.revision)}, what=seen.named(words),
    )  # fmt: skip


def _changed(line: seen.Line, head: Mapping[str, seen.Said], rows: Mapping[str, seen.Said]) -> list[seen.Said]:
    """What a line of the draft says was changed, in words: fields of a saving, else where it was moved."""
    verb = line["action"].rpartition(".")[2]
    return [MOVES[verb]] if verb in MOVES else [differences.word(name, head, rows) for name in line["after"]["fields"]]


def closed(one: Change, *, source: str) -> Refused:
    """`clearance.change.closed`: it is written no more, with who kept it or gave it up, and when."""
    ends = ("clearance.change.keep", "clearance.change.discard")
    lines = seen.since("change", one.pk, lambda line: line["action"] in ends)
    who, when = seen.who_and_when(lines)
    kept = bool(lines) and lines[0]["action"] == ends[0]
    zh, en = ("转入暂存", "moved it to the drafts") if kept else ("放弃", "gave it up")
    return Refused(
        code="clearance.change.closed", source=source,
        zh=f"{who[0]}{f'于{when}' if when else ''}已将这份草稿{zh}；转入暂存后正在处理、已申报或已放弃的，不能再改。",
        en=f"{who[1]} {en}{f' at {when}' if when else ''}; a draft that is on its way, declared or given up is written no more.",
        mend_zh="请在列表中查看它的进展。", mend_en="See in the list what became of it.",
    )  # fmt: skip
