"""What a saving changed of a document that is written, as names: `h.<element>`, `l.<place from 1>.<element>`, `lines`, `off`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pilotzone.rooms.clearance.engine.case import Part

LINES, OFF = "lines", "off"
Names = Mapping[str, tuple[str, str]]


def differing(was: Part, now: Part, *, off_was: Collection[int] = (), off_now: Collection[int] = ()) -> list[str]:
    """The fields that read otherwise now; `lines` where some were added or dropped, `off` where others are left out."""
    found = [f"h.{name}" for name in sorted({*was.head, *now.head}) if was.head.get(name) != now.head.get(name)]
    if len(was.lines) != len(now.lines):
        found.append(LINES)
    for place, (before, after) in enumerate(zip(was.lines, now.lines, strict=False), start=1):
        found += [f"l.{place}.{name}" for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return [*found, OFF] if set(off_was) != set(off_now) else found


def word(field: str, head: Names, lines: Names) -> tuple[str, str]:
    """A field as people call it (zh, en), by the names of the elements."""
    if field in (LINES, OFF):
        return {LINES: ("商品项", "the lines"), OFF: ("列入的商品项", "the lines taken in")}[field]
    part, _dot, rest = field.partition(".")
    if part == "h":
        return head.get(rest, (rest, rest))
    place, _dot, element = rest.partition(".")
    zh, en = lines.get(element, (element, element))
    return f"第{place}项{zh}", f"{en} of line {place}"
