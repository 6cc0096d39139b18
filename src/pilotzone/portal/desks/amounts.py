"""为什么是这个税额: a kept assessment as a tree a page unfolds, and customs' bill beside our own figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pilotzone.rooms.tax import api as tax

KINDS = ("tariff", "consumption_tax", "vat")


def tree(assessment: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The total, below it the limits and each line with its steps; None where nothing was assessed."""
    if not assessment or not assessment.get("items"):
        return None
    steps = [step.as_dict() for step in tax.unfold(assessment)]
    whole = [step for step in steps if step["line"] == 0]
    lines = [_line(item, [step for step in steps if step["line"] == item["line"]]) for item in assessment["items"]]
    total = next(step for step in whole if step["name"] == "total")
    limits = [step for step in whole if step["name"] != "total"]
    return {**total, "amount": assessment["total"], "unit": "CNY", "parts": [*limits, *lines]}


def bills(invt_no: str) -> list[dict[str, Any]]:
    """The bills of a list for a page: per kind of tax customs' amount, ours, the difference."""
    return [beside(bill) for bill in tax.bill_of(invt_no)] if invt_no else []


def beside(bill: dict[str, Any]) -> dict[str, Any]:
    """A bill with its status in words and its amounts as rows."""
    names = {"tariff": _("关税"), "consumption_tax": _("消费税"), "vat": _("增值税")}
    words = {"1": _("已生成"), "2": _("已汇总"), "3": _("已作废")}
    rows = [(names[kind], bill["amounts"][kind]) for kind in KINDS]
    return bill | {"rows": rows, "status_word": words.get(bill["status"], bill["status"])}


def _line(item: Mapping[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "zh": f"第{item['line']}项 HS {item['hs']}", "en": f"Line {item['line']}, HS {item['hs']}",
        "amount": str(sum(Decimal(item[kind]) for kind in KINDS)), "parts": steps,
    }  # fmt: skip
