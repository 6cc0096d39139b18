"""Why this amount: a kept assessment unfolded into steps, each with formula, inputs and the law behind it.

Works on the plain record of an assessment, so that the answer of years ago unfolds as it was decided then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `line` 0 is the order as a whole; `result` a number as text; `parameters` as kept."""

    line: int
    name: str
    zh: str
    en: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    result: str
    parameters: tuple[Record, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a page or an API."""
        return {
            "line": self.line,
            "name": self.name,
            "zh": self.zh,
            "en": self.en,
            "formula": self.formula,
            "inputs": [{"name": name, "value": value} for name, value in self.inputs],
            "result": self.result,
            "parameters": [dict(used) for used in self.parameters],
        }


def unfold(record: Record) -> tuple[Step, ...]:
    """The steps of an assessment's record: limits first, then price, tariff, consumption tax and VAT by line."""
    steps = [_limits(record)]
    for item in record["items"]:
        steps += [_price(item), _tariff(record, item), _excise(record, item), _vat(record, item)]
    if record["items"]:
        steps.append(_total(record))
    return tuple(steps)


def _limits(record: Record) -> Step:
    return Step(
        0,
        "limits",
        f"限值判断（第{record['row']}行）",
        f"Limits (row {record['row']} of the decision table)",
        "P ≤ L1 ∧ U + P ≤ L2",
        (("P", record["price"]), ("U", record["used"])),
        record["channel"],
        _law(record, "import.limit."),
    )


def _price(item: Record) -> Step:
    return Step(
        item["line"],
        "price",
        "完税价格＝成交价格＋分摊的运保费－普惠折扣",
        "Dutiable price = price + share of freight and insurance − discounts open to all",
        "P",
        (("quantity", item["quantity"]),),
        item["price"],
        (),
    )


def _tariff(record: Record, item: Record) -> Step:
    rates = item["rates"]
    return Step(
        item["line"],
        "tariff",
        "关税",
        "Tariff",
        "T = P·t",
        (("P", item["price"]), ("t", rates["tariff"])),
        item["tariff"],
        _law(record, "import.tariff_within_limit"),
    )


def _excise(record: Record, item: Record) -> Step:
    rates = item["rates"]
    return Step(
        item["line"],
        "consumption_tax",
        f"消费税：{item['why_zh']}",
        f"Consumption tax: {item['why_en']}",
        "CT = round(k·CT*), CT* = (P + T + Qs) / (1 − rc) · rc + Qs",
        (
            ("P", item["price"]),
            ("T", item["tariff"]),
            ("rc", rates["consumption_tax"]),
            ("Qs", rates["specific"]),
            ("k", rates["share"]),
            ("CT*", item["statutory"]["consumption_tax"]),
        ),
        item["consumption_tax"],
        _law(record, f"ct.{rates['excise_class']}.", "import.discount_factor"),
    )


def _vat(record: Record, item: Record) -> Step:
    rates, statutory = item["rates"], item["statutory"]
    return Step(
        item["line"],
        "vat",
        "增值税（以法定消费税全额计入计税价格）",
        "VAT (on a base that holds the full statutory consumption tax)",
        "VAT = round(k·VAT*), VAT* = (P + T + CT*) · rv",
        (
            ("P", item["price"]),
            ("T", item["tariff"]),
            ("CT*", statutory["consumption_tax"]),
            ("rv", rates["vat"]),
            ("k", rates["share"]),
            ("VAT*", statutory["vat"]),
        ),
        item["vat"],
        _law(record, f"vat.{rates['vat_class']}", "import.discount_factor"),
    )


def _total(record: Record) -> Step:
    parts = tuple(
        (f"{item['line']}.{name}", item[name])
        for item in record["items"]
        for name in ("tariff", "consumption_tax", "vat")
    )
    return Step(
        0, "total", "税款合计（逐项四舍五入后相加）", "Total of the rounded taxes", "Σ", parts, record["total"], ()
    )


def _law(record: Record, *prefixes: str) -> tuple[Record, ...]:
    return tuple(used for used in record["parameters"] if used["key"].startswith(prefixes))
