"""The versions of a resource: as its file tells them, or as what a zone's own entry changed of the shipped one.

In a file `history` lists them, the newest first: {version, from, zh, en}. A resource without has one version, the file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pilotzone.exchange.catalogue.shapes import CLASS_WORDS, KIND_WORDS, Resource, Version

FIRST = ("首次发布", "First published")
LONGEST, MOST = 300, 50


def read(row: Mapping[str, Any], since: date) -> tuple[Version, ...]:
    """The versions of an entry of a file, the newest first; ValueError says what is wrong."""
    told = row.get("history")
    if told is None:
        return (Version(str(row["version"]), since, *FIRST),)
    found = tuple(Version(str(one["version"]), one["from"], str(one["zh"]), str(one["en"])) for one in told)
    if not found or len(found) > MOST or found[0].version != str(row["version"]):
        raise ValueError("history begins with the version in force")
    if any(type(one.since) is not date for one in found):
        raise ValueError("history: from is a day")
    days, names = [one.since for one in found], {one.version for one in found}
    if days != sorted(set(days), reverse=True) or len(names) != len(found):
        raise ValueError("history: every version once, the newest first")
    if any(not text.strip() or len(text) > LONGEST for one in found for text in (one.zh, one.en)):
        raise ValueError("history: zh and en say what changed")
    return found


def after(before: Resource, own: Resource) -> Resource:
    """A zone's own entry with the shipped one's versions behind it, where it tells no history itself and is another version."""
    if len(own.history) > 1 or own.version == before.version or own.since <= before.since:
        return own
    changes = list(_changes(before, own)) or [("说明文字有调整", "descriptions changed")]
    zh, en = "；".join(zh for zh, _en in changes), "; ".join(en for _zh, en in changes)
    return replace(own, history=(Version(own.version, own.since, zh, en), *before.history))


def _changes(before: Resource, now: Resource) -> Iterator[tuple[str, str]]:
    """What an agreement would feel, in words (zh, en)."""
    for one in now.fields:
        was = before.field(one.name)
        if was is None:
            yield f"新增字段{one.zh}（{one.name}）", f"field {one.en} ({one.name}) added"
        elif was.klass != one.klass:
            (was_zh, was_en), (zh, en) = CLASS_WORDS[was.klass], CLASS_WORDS[one.klass]
            yield f"字段{one.zh}（{one.name}）由{was_zh}改为{zh}", f"field {one.en} ({one.name}) from {was_en} to {en}"
    for was in before.fields:
        if now.field(was.name) is None:
            yield f"取消字段{was.zh}（{was.name}）", f"field {was.en} ({was.name}) removed"
    if now.sharing != before.sharing:
        (was_zh, was_en), (zh, en) = KIND_WORDS[before.sharing], KIND_WORDS[now.sharing]
        yield f"共享方式由{was_zh}改为{zh}", f"from {was_en} to {en}"
    if now.cycle_days != before.cycle_days:
        yield (
            f"更新周期由{before.cycle_days}天改为{now.cycle_days}天",
            f"renewed every {now.cycle_days} days, not {before.cycle_days}",
        )
    if now.level != before.level:
        yield "服务水平有调整", "level of service changed"
