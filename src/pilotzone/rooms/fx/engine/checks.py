"""The rolling total check (§4.4): four indicators, their levels on the platform, and what leads to a check on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.fx.engine.amounts import ZERO, shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.errors import Reason, reason

ALGORITHM = "fx_total_check/1"
GREEN, YELLOW, ORANGE, RED = "green", "yellow", "orange", "red"
LEVELS = (GREEN, YELLOW, ORANGE, RED)
NAMES = {
    "difference": ("总量差额", "total difference"),
    "difference_ratio": ("总量差额比率", "total difference ratio"),
    "fund_goods": ("资金货物比率", "money-to-goods ratio"),
    "credit_ratio": ("贸易信贷余额比率", "trade credit ratio"),
}
LEVEL_WORDS = {
    GREEN: ("正常", "normal"), YELLOW: ("黄色", "yellow"), ORANGE: ("橙色", "orange"), RED: ("红色", "red"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of a firm in dollars. Lists of 9610 are added to what declarations tell, netted costs to receipts.

    exports and imports by declaration; list_exports by export lists; netted: costs that were netted against receipts.
    """

    exports: Decimal = ZERO
    list_exports: Decimal = ZERO
    imports: Decimal = ZERO
    receipts: Decimal = ZERO
    payments: Decimal = ZERO
    netted: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What else leads to a check on the spot: shares as fractions, None where nobody told; `periods` over in a row."""

    credit_balance: Decimal = ZERO
    largest_credit_ratio: Decimal | None = None
    long_credit_ratio: Decimal | None = None
    processing_ratio: Decimal | None = None
    transit_ratio: Decimal | None = None
    refund_largest: Decimal = ZERO
    refund_times: int = 0
    periods: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """Sums and indicators; a ratio is None where its denominator is zero: unknown, not nothing."""

    exports: Decimal
    imports: Decimal
    receipts: Decimal
    payments: Decimal
    difference: Decimal
    difference_ratio: Decimal | None
    fund_goods: Decimal | None
    credit_ratio: Decimal | None
    levels: dict[str, str]
    reasons: tuple[Reason, ...]
    parameters: tuple[dict[str, str], ...] = field(default=())

    @property
    def level(self) -> str:
        """The gravest of the levels."""
        return max(self.levels.values(), key=LEVELS.index, default=GREEN)

    def as_dict(self) -> dict[str, Any]:
        """Plain data; ratios as text with four decimals, None where unknown."""
        sums = ("exports", "imports", "receipts", "payments", "difference")
        ratios = ("difference_ratio", "fund_goods", "credit_ratio")
        return {
            **{name: shown(getattr(self, name)) for name in sums},
            **{name: None if (value := getattr(self, name)) is None else f"{value:.4f}" for name in ratios},
            "levels": self.levels, "level": self.level, "reasons": [told.as_texts() for told in self.reasons],
            "parameters": list(self.parameters), "algorithm": ALGORITHM,
        }  # fmt: skip


def total_check(months: Sequence[Month], *, on: date, extra: Extra | None = None) -> Check:
    """The check of a firm over the months given (at most those the law looks back), by the law of `on`."""
    law, more = Law(on), extra or Extra()
    last = list(months)[-int(law["fx.total_check.months"]) :]
    exports = sum((one.exports + one.list_exports for one in last), ZERO)
    imports = sum((one.imports for one in last), ZERO)
    receipts = sum((one.receipts + one.netted for one in last), ZERO)
    payments = sum((one.payments for one in last), ZERO)  # netted costs are services, not goods
    difference = (imports + receipts) - (exports + payments)
    whole = imports + receipts + exports + payments
    ratios = {
        "difference_ratio": difference / whole if whole else None,
        "fund_goods": (receipts + payments) / (imports + exports) if imports + exports else None,
        "credit_ratio": more.credit_balance / whole if whole else None,
    }
    levels = {name: _level(name, value, law) for name, value in ratios.items()}
    reasons = [_told(name, ratios[name], level, law) for name, level in levels.items() if level != GREEN]
    reasons += [reason("rule.fx.check.onsite", what_zh=zh, what_en=en) for zh, en in _onsite(more, law)]
    return Check(
        exports, imports, receipts, payments, difference, ratios["difference_ratio"], ratios["fund_goods"],
        ratios["credit_ratio"], levels, tuple(reasons), law.used(),
    )  # fmt: skip


def _level(name: str, value: Decimal | None, law: Law) -> str:
    if value is None:
        return GREEN
    if name == "fund_goods":
        if value < law["fx.total_check.fund_goods_lowest"] or value > law["fx.total_check.fund_goods_highest"]:
            return ORANGE
        within = law["fx.total_check.fund_goods_low"] <= value <= law["fx.total_check.fund_goods_high"]
        return GREEN if within else YELLOW
    for level in (RED, ORANGE, YELLOW):
        if abs(value) >= law[f"fx.total_check.{level}"]:
            return level
    return GREEN


def _told(name: str, value: Decimal | None, level: str, law: Law) -> Reason:
    zh, en = NAMES[name]
    key = "fx.total_check.fund_goods_low" if name == "fund_goods" else "fx.total_check.yellow"
    law[key]  # read, so that its document can be named
    words = {"level_zh": LEVEL_WORDS[level][0], "level_en": LEVEL_WORDS[level][1]}
    source = law.source(key)
    return reason("rule.fx.check.level", source=source, name_zh=zh, name_en=en, value=f"{value:.4f}", **words)


def _onsite(more: Extra, law: Law) -> list[tuple[str, str]]:
    found = []
    if more.periods >= law["fx.total_check.periods"]:
        found.append((f"连续{more.periods}期超过阈值", f"{more.periods} consecutive periods above the threshold"))
    for value, key, zh, en in (
        (more.largest_credit_ratio, "single_credit_ratio", "单项贸易信贷余额比率", "ratio of a single trade credit"),
        (more.long_credit_ratio, "long_credit_ratio", "一年期以上贸易信贷比率", "ratio of credits over a year"),
        (more.processing_ratio, "processing_ratio", "工缴费率", "processing-fee ratio"),
        (more.transit_ratio, "transit_ratio", "转口贸易收支差额比率", "difference ratio of transit trade"),
    ):
        limit = law[f"fx.total_check.{key}"]
        if value is not None and value > limit:
            found.append((f"{zh}{value:.2%}超过{limit:.0%}", f"{en} {value:.2%}, above {limit:.0%}"))
    large, often = law["fx.total_check.refund_usd"], law["fx.total_check.refund_times"]
    if more.refund_largest > large and more.refund_times > often:
        found.append(
            (
                f"单笔退汇超过{large:f}美元且超过{often:f}次",
                f"a refund above {large:f} USD and more than {often:f} refunds",
            )
        )
    return found
