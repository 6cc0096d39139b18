"""The versions of a resource: as its file tells them, or as what a zone's own entry changed of the shipped one.

In a file `history` lists them, the newest first: {version, from, zh, en}. A resource without has one version, the file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from pilotzone.exchange.catalogue.shapes import CLASS_WORDS, KIND_WORDS, Field, Resource, Version

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


def following(shipped: Resource | None, own: Sequence[Resource]) -> Resource:
    """A zone's own entries of a code, the latest first, each told after the one before it: the latest, with the others as `earlier`."""
    told: list[Resource] = []
    before = shipped
    for one in reversed(own):
        before = replace(one if before is None else after(before, one), earlier=())
        told.insert(0, before)
    return replace(told[0], earlier=tuple(told[1:]))


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
        else:
            yield from _field_changes(was, one)
    for was in before.fields:
        if now.field(was.name) is None:
            yield f"取消字段{was.zh}（{was.name}）", f"field {was.en} ({was.name}) removed"
    if now.owner != before.owner:
        yield f"提供部门由{before.owner}改为{now.owner}", f"owner {now.owner}, not {before.owner}"
    if now.key != before.key:
        yield f"查询字段由{before.key}改为{now.key}", f"queried by {now.key}, not {before.key}"
    if now.concerns != before.concerns:
        yield (
            f"所涉企业字段由{before.concerns or '无'}改为{now.concerns or '无'}",
            f"the firm concerned named by {now.concerns or 'none'}, not {before.concerns or 'none'}",
        )
    yield from _terms(before, now)


def _field_changes(was: Field, now: Field) -> Iterator[tuple[str, str]]:
    zh, en = f"字段{was.zh}（{was.name}）", f"field {was.en} ({was.name})"
    if now.klass != was.klass:
        (was_zh, was_en), (now_zh, now_en) = CLASS_WORDS[was.klass], CLASS_WORDS[now.klass]
        yield f"{zh}由{was_zh}改为{now_zh}", f"{en} from {was_en} to {now_en}"
    if now.type != was.type:
        yield f"{zh}类型由{was.type}改为{now.type}", f"{en} from type {was.type} to {now.type}"
    if (now.zh, now.en) != (was.zh, was.en):
        yield f"{zh}改称{now.zh}", f"{en} now called {now.en}"


def _terms(before: Resource, now: Resource) -> Iterator[tuple[str, str]]:
    """How it is shared: condition, basis, cycle, level of service, files."""
    if now.sharing != before.sharing:
        (was_zh, was_en), (zh, en) = KIND_WORDS[before.sharing], KIND_WORDS[now.sharing]
        yield f"共享方式由{was_zh}改为{zh}", f"from {was_en} to {en}"
    if now.basis != before.basis:
        yield "共享依据有调整", "basis of sharing changed"
    if now.cycle_days != before.cycle_days:
        yield (
            f"更新周期由{before.cycle_days}天改为{now.cycle_days}天",
            f"renewed every {now.cycle_days} days, not {before.cycle_days}",
        )
    if now.level != before.level:
        yield "服务水平有调整", "level of service changed"
    if now.files != before.files:
        yield "可下载文件有调整", "files changed"
