"""What a meeting should talk about: proposed from red lights, overdue actions, late reports, open disputes. plan_work.v1"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pilotzone.rooms.plan.engine.lights import RED


@dataclass(frozen=True, slots=True)
class Item:
    """One proposed item: what it is about, where it opens, and the sentence that says why it is here."""

    kind: str
    key: str
    zh: str
    en: str
    page: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the meeting."""
        return {"kind": self.kind, "key": self.key, "zh": self.zh, "en": self.en, "page": self.page}


def propose(
    tasks: Sequence[tuple[int, str, str, str, str, str]],
    actions: Sequence[tuple[int, str, str, str]],
    late: Sequence[tuple[str, int]],
    disputes: Sequence[tuple[int, str, str]],
    *,
    meetings_missing: int = 0,
) -> tuple[Item, ...]:
    """Items in the order they press.

    `tasks`: (number, title zh, en, light, why zh, en), red ones are taken; `actions`: (number, words, unit, due) overdue;
    `late`: (unit, reports not sent); `disputes`: (task, unit, reason) unanswered; `meetings_missing`: how many quarterly
    meetings the year lacks by now.
    """
    items = [
        Item(
            "task", str(no), f"任务{no}“{zh}”红灯：{why_zh}", f"Task {no} “{en}” is red: {why_en}", f"/plan/tasks/{no}/"
        )
        for no, zh, en, light, why_zh, why_en in tasks
        if light == RED
    ]
    items += [
        Item("action", str(number), f"{unit}的议定事项逾期（{due}）：{words}", f"Decision overdue since {due}, {unit}: {words}", "/plan/meetings/actions/")
        for number, words, unit, due in actions
    ]  # fmt: skip
    items += [
        Item("late", unit, f"{unit}有{count}份月报未报", f"{unit} owes {count} monthly reports", "/plan/monthly/")
        for unit, count in late
    ]
    items += [
        Item("dispute", str(no), f"{unit}对任务{no}亮灯的异议未答复：{reason}", f"Unanswered objection of {unit} to the light of task {no}: {reason}", f"/plan/tasks/{no}/#objections")
        for no, unit, reason in disputes
    ]  # fmt: skip
    if meetings_missing > 0:
        items.append(
            Item("meetings", "", f"本年季度例会少开{meetings_missing}次", f"{meetings_missing} quarterly meetings of the year are missing", "/plan/meetings/")
        )  # fmt: skip
    return tuple(items)
