"""A record shown in a form may be changed by another meanwhile: the later of two who write is told who changed what.

A form carries the mark of the record as it stood, the number of the last audit line about it; what writes asks `unmoved`
with that mark under the lock of the row. Nothing is overwritten unseen, and the page keeps what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.scope import current, scope

MOVED = "kernel.record.moved"
MOST_NAMED = 8
Line = Mapping[str, Any]
Said = tuple[str, str]
Named = TypeVar("Named")


def mark(object_kind: str, object_id: object) -> int:
    """The record as it stands now: the number of the last line about it, 0 where there is none."""
    return marks(object_kind, [object_id])[object_id]


def marks(object_kind: str, objects: Sequence[Named]) -> dict[Named, int]:
    """The marks of many records of a kind, each as it stands now."""
    with scope(PLATFORM):
        found = audit.latest(object_kind, objects)
    return {one: found.get(str(one), 0) for one in objects}


def mark_typed(text: str) -> int | None:
    """The mark a form carried; None where it carried none, and then nothing is compared."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def since(object_kind: str, object_id: object, past: Callable[[Line], bool], *, after: int = 0) -> list[dict[str, Any]]:
    """The lines about a record, of those numbered `after`, that are `past` what was shown, the newest first, whoever wrote them;
    before and after read."""
    with scope(PLATFORM):
        found = audit.trail(object_kind, object_id, limit=None, after=after)
    lines = [line | {name: json.loads(line[name] or "{}") for name in ("before", "after")} for line in found]
    return [line for line in lines if past(line)]


def unmoved(
    object_kind: str, object_id: object, shown: int | None, *, source: str, what: Callable[[Sequence[Line]], Said],
    about: Callable[[Line], bool] = lambda line: True, me: Actor | None = None,
) -> None:  # fmt: skip
    """Nothing where the record stands as it was `shown`; else Refused `kernel.record.moved` with who, when and what.

    `about` picks the lines of a record whose lines stand under a greater one, as a paper's under its firm; `me`: who
    comes later, where that is not who acts now.
    """
    if shown is None:
        return
    lines = since(object_kind, object_id, about, after=shown)
    if lines:
        raise overtaken(lines, code=MOVED, source=source, what=what(lines), me=me)


def overtaken(
    lines: Sequence[Line], *, code: str, source: str, what: Said = ("", ""), fields: dict[str, str] | None = None,
    me: Actor | None = None,
) -> Refused:  # fmt: skip
    """The refusal of who comes later: `lines` are those written meanwhile, the newest first; `what` was changed."""
    who, when = who_and_when(lines, me)
    changed = (f"，修改了：{what[0]}" if what[0] else "", f" and changed: {what[1]}" if what[1] else "")
    return Refused(
        code=code, source=source, fields=fields,
        zh=f"{who[0]}{f'于{when}' if when else ''}已在别处保存过这份记录{changed[0]}。本页内容没有写入，仍保留在页面上。",
        en=f"{who[1]} saved this record elsewhere{f' at {when}' if when else ''}{changed[1]}. What stands on this page was not written; it is still here.",
        mend_zh="请核对对方所改的内容；再次保存将以本页内容为准，重新打开页面则取对方的内容。",
        mend_en="Compare with what was changed; saving again writes what stands here, opening the page anew takes the other's.",
    )  # fmt: skip


def who_and_when(lines: Sequence[Line], me: Actor | None = None) -> tuple[Said, str]:
    """Who wrote the newest of these lines, as `me` may know it, and when by the zone's time; somebody else where there are none."""
    if not lines:
        return ("他人", "Somebody else"), ""
    return _who(lines[0], me or current()), f"{lines[0]['at_zone'].astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def named(words: Sequence[Said]) -> Said:
    """Several names as one phrase in both languages; beyond eight they are counted."""
    one = list(dict.fromkeys(words))
    more = len(one) - MOST_NAMED
    zh, en = "、".join(word[0] for word in one[:MOST_NAMED]), ", ".join(word[1] for word in one[:MOST_NAMED])
    return (f"{zh}等{len(one)}项", f"{en} and {more} more") if more > 0 else (zh, en)


def _who(line: Line, me: Actor) -> Said:
    """A colleague by name; another body, or a machine of one's own, by the name of the body."""
    with scope(PLATFORM):
        if line["person"] and (line["organisation"], line["unit"]) == (me.organisation, me.unit_path):
            name = str(Person.objects.get(pk=line["person"]))
            return name, name
        if line["organisation"]:
            firm = Organisation.objects.get(pk=line["organisation"])
            return firm.name, firm.name_en or firm.name
        unit = Unit.objects.filter(path=line["unit"]).first() if line["unit"] else None
    return (unit.name_zh, unit.name_en or unit.name_zh) if unit else ("平台", "The platform")
