"""Consumption tax 消费税 on retail goods: who is taxed, by value, by volume or both (handbook §2.3, §2.4).

Each class has one function with the same promise: what of the line is taxed at which rate (`Charge`).
The amount itself is made by `formulas`; a class below its threshold has the charge `FREE` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.base.money import yuan
from pilotzone.rooms.tax.engine.order import ZERO, Item
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.errors import refused


@dataclass(slots=True)
class Charge:
    """`rate`: fraction of the price; `specific`: yuan for the whole line by volume; why, in both languages."""

    rate: Decimal = ZERO
    specific: Decimal = ZERO
    why_zh: str = ""
    why_en: str = ""


@dataclass(slots=True)
class Line:
    """What a class may look at: its number, the item, its dutiable price in yuan, the dollar's rate if known."""

    number: int
    item: Item
    price: Decimal
    usd_cny: Decimal | None


def charge(excise: str, line: Line, law: Parameters) -> Charge:
    """The charge of a consumption-tax class of `METHODS`; Gap `reference.consumption_tax` for another one."""
    method = METHODS.get(excise)
    if method is None:
        raise Gap(
            code="reference.consumption_tax",
            zh=f"第{line.number}行消费税类别“{excise}”没有计税方法",
            en=f"Line {line.number}: no method is known for the consumption-tax class “{excise}”",
            source="docs/algorithms/retail_import_tax.md",
            whose="zone",
        )
    return method(line, law)


def _none(line: Line, law: Parameters) -> Charge:
    return Charge(why_zh="不属于消费税税目", why_en="not subject to consumption tax")


def _cosmetics(line: Line, law: Parameters) -> Charge:
    """High-end only: per ml or g, or per piece or sheet inside the package, never per box (handbook §2.4)."""
    per_measure, per_piece = law["ct.cosmetics.price_per_ml_or_g"], law["ct.cosmetics.price_per_piece"]
    content, pieces = line.item.content, line.item.pieces
    if content is None and pieces is None:
        raise refused(
            "rule.tax.content",
            source=law.source("ct.cosmetics.price_per_ml_or_g"),
            line=line.number,
        )
    told = []
    high = False
    if content is not None:
        # compared as price ≥ threshold × measure: a division could lose the boundary
        high |= line.price >= per_measure * content
        told.append((yuan(line.price / content), "毫升(克)", "ml or g", per_measure))
    if pieces is not None:
        high |= line.price >= per_piece * pieces
        told.append((yuan(line.price / pieces), "片(张)", "piece", per_piece))
    word_zh, word_en = ("达到", "reaches") if high else ("未达", "stays below")
    why_zh = "，".join(f"每{unit}{each}元(起征{limit}元)" for each, unit, _, limit in told)
    why_en = ", ".join(f"{each} per {unit} (threshold {limit})" for each, _, unit, limit in told)
    rate = law["ct.cosmetics.rate"] if high else ZERO
    return Charge(rate, why_zh=f"{why_zh}，{word_zh}高档化妆品标准", why_en=f"{why_en}: {word_en} the high-end mark")


def _wine(line: Line, law: Parameters) -> Charge:
    return Charge(law["ct.wine.rate"], why_zh="葡萄酒等发酵酒从价计征", why_en="wine and fermented drinks, by value")


def _jewellery(line: Line, law: Parameters) -> Charge:
    return Charge(law["ct.jewellery.rate"], why_zh="贵重首饰及珠宝玉石从价计征", why_en="jewellery, by value")


def _watch(line: Line, law: Parameters) -> Charge:
    """High-end from a price per watch."""
    mark = law["ct.watch.min_price"]
    high = line.price >= mark * line.item.quantity
    rate = law["ct.watch.rate"] if high else ZERO
    each = yuan(line.price / line.item.quantity)
    word_zh, word_en = ("达到", "reaches") if high else ("未达", "stays below")
    return Charge(
        rate,
        why_zh=f"每只{each}元，{word_zh}高档手表起征价{mark}元",
        why_en=f"{each} per watch {word_en} the high-end mark {mark}",
    )


def _beer(line: Line, law: Parameters) -> Charge:
    """By volume, at the rate of the class that the price per tonne in dollars falls in."""
    litres = _litres(line, "啤酒", "beer")
    per_tonne = law["ct.beer.litres_per_tonne"]
    high = _is_higher_class(line, litres, per_tonne, law)
    duty = law["ct.beer.per_tonne_high" if high else "ct.beer.per_tonne_low"]
    kind_zh, kind_en = ("甲类", "higher class") if high else ("乙类", "lower class")
    return Charge(
        specific=litres * duty / per_tonne,
        why_zh=f"{kind_zh}啤酒从量计征：{litres}升÷{per_tonne}升/吨×{duty}元/吨",
        why_en=f"beer of the {kind_en}, by volume: {litres} l / {per_tonne} l per tonne × {duty} per tonne",
    )


def _is_higher_class(line: Line, litres: Decimal, per_tonne: Decimal, law: Parameters) -> bool:
    """Price per tonne against the dollar mark at the day's rate, or, without one, at the bounds of any rate.

    Between the bounds the class is not known: Gap `reference.exchange_rate`, never a guess.
    """
    mark = law["ct.beer.high_price_usd_per_tonne"]
    worth = line.price * per_tonne  # yuan per tonne × litres: no division, no lost boundary
    if line.usd_cny is not None:
        return worth >= mark * line.usd_cny * litres
    if worth >= mark * law["ct.beer.usd_cny_high"] * litres:
        return True
    if worth < mark * law["ct.beer.usd_cny_low"] * litres:
        return False
    raise Gap(
        code="reference.exchange_rate",
        zh=f"第{line.number}行啤酒每吨{yuan(worth / litres)}元，接近{mark}美元，须按当日美元汇率判断类别",
        en=f"Line {line.number}: the beer at {yuan(worth / litres)} a tonne is near {mark} US dollars; "
        "its class needs the day's rate of exchange",
        source=law.source("ct.beer.high_price_usd_per_tonne"),
        whose="zone",
        mend_zh="补充当日美元汇率",
        mend_en="Give the day's US dollar rate",
    )


def _spirits(line: Line, law: Parameters) -> Charge:
    """Composite: by value and by volume."""
    litres = _litres(line, "烈性酒", "spirits")
    per_litre = law["ct.spirits.per_litre"]
    return Charge(
        law["ct.spirits.rate"],
        litres * per_litre,
        why_zh=f"烈性酒复合计征：从价加{litres}升×{per_litre}元/升",
        why_en=f"spirits, by value plus {litres} l × {per_litre} per litre",
    )


def _litres(line: Line, name_zh: str, name_en: str) -> Decimal:
    if line.item.litres is None:
        raise refused("rule.tax.litres", line=line.number, name_zh=name_zh, name_en=name_en)
    return line.item.litres


METHODS: dict[str, Callable[[Line, Parameters], Charge]] = {
    "none": _none,
    "cosmetics": _cosmetics,
    "wine": _wine,
    "beer": _beer,
    "spirits": _spirits,
    "watch": _watch,
    "jewellery": _jewellery,
}
