"""What a notice says: plain data in both languages, the same for page, paper and verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.rooms.services.engine import schema
from pilotzone.rooms.services.engine.items import Item, filled


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about whom: `outcome` granted or refused; `body` decided."""

    outcome: str
    number: str
    case: str
    name: str
    uscc: str
    day: date
    reason: str
    body: str
    kinds: tuple[str, ...]
    trial: bool
    synthetic: bool


def told(item: Item, made: Decision, values: Mapping[str, Any]) -> dict[str, Any]:
    """The notice: title, number, addressee, text, facts of the application, legal basis, remedy, who issued it and when.

    Days are yyyy-mm-dd; facts are (key, zh, en, value) of what the form says, at most those that are short.
    """
    places = {"name": made.name, "uscc": made.uscc, "number": made.number, "day": made.day.isoformat()}
    if made.outcome == "granted":
        zh, en = filled(item.grant.zh, places | {"item": item.zh}), filled(item.grant.en, places | {"item": item.en})
        title_zh, title_en = item.notice.zh, item.notice.en
    else:
        zh = f"{made.name}申请的“{item.zh}”经审核不予办理，理由：{made.reason}"
        en = f"The application of {made.name} for “{item.en}” is refused: {made.reason}"
        title_zh, title_en = f"不予办理通知书（{item.zh}）", f"Notice of refusal ({item.en})"
    return {
        "number": made.number, "case": made.case, "outcome": made.outcome, "title_zh": title_zh, "title_en": title_en,
        "item": item.key, "item_zh": item.zh, "item_en": item.en, "version": item.version, "item_digest": item.digest,
        "tag": item.tag, "name": made.name, "uscc": made.uscc, "text_zh": zh, "text_en": en, "reason": made.reason,
        "facts": _facts(item, values), "kinds": list(made.kinds),
        "basis": [{"document": one.document, "article": one.article, "tag": one.tag} for one in item.basis],
        "appeal_zh": item.appeal.zh, "appeal_en": item.appeal.en, "issued_by": made.body, "issued_on": made.day.isoformat(),
        "trial": made.trial, "synthetic": made.synthetic,
    }  # fmt: skip


def _facts(item: Item, values: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for one in item.form:
        if not one.private and one.kind not in (schema.LONG, schema.TICK) and values.get(one.key) not in (None, "", []):
            found.append({"key": one.key, "zh": one.zh, "en": one.en, "value": shown(one, values[one.key])})
    return found


def shown(one: schema.Field, value: Any, *, english: bool = False) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return ""
    if one.kind == schema.TICK:
        return ("yes" if value else "no") if english else ("是" if value else "否")
    words = {choice: en if english else zh for choice, zh, en in one.choices}
    if isinstance(value, list):
        return (", " if english else "、").join(str(words.get(each, each)) for each in value)
    return words.get(value, str(value))
