"""Two who write one draft at once: each saving leaves a line of what it changed, and who comes later is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.shapes import Message as Shape
from pilotzone.kernel import audit, seen
from pilotzone.rooms.clearance.engine import differences
from pilotzone.rooms.clearance.models import Change, Writing


def saved(kind: str, number: int, *, revision: int, changed: Sequence[str]) -> None:
    """The line of a saving: the names of what it changed, never their values. `kind` is change or writing."""
    audit.record(
        f"clearance.{kind}.save", object_kind=kind, object_id=number,
        after={"revision": revision, "fields": list(changed)},
    )  # fmt: skip


def stale(kind: str, one: Change | Writing, revision: int, shape: Shape, *, source: str) -> Refused:
    """`clearance.change.stale` or `clearance.writing.stale`: who saved since `revision`, when, and which fields."""
    lines = seen.since(kind, one.pk, lambda line: _revision(line) > revision)
    head = {field.element: (field.zh, field.en) for field in shape.head.fields}
    rows = {field.element: (field.zh, field.en) for field in (shape.lines.fields if shape.lines else ())}
    fields = [name for line in reversed(lines) for name in line["after"]["fields"]]
    return seen.overtaken(
        lines, code=f"clearance.{kind}.stale", source=source, fields={"revision": str(one.revision)},
        what=seen.named([differences.word(name, head, rows) for name in fields]),
    )  # fmt: skip


def _revision(line: seen.Line) -> int:
    """The revision a line of a saving speaks of; 0 for other lines."""
    return int(line["after"]["revision"]) if line["action"].endswith(".save") else 0
