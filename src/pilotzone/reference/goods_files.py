"""Reading goods files: what customs and tax know of goods at ten digits, row by row, faults by line and column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from pilotzone.base.errors import Refused
from pilotzone.base.ids import hs
from pilotzone.base.money import decimal
from pilotzone.reference.rows import Sheet, read_sheet
from pilotzone.reference.spans import Stretch

VAT_CLASSES = ("standard", "reduced")
# `other`: some consumption tax is due for which this release holds no rate; the tax room meets a gap, not a zero
CT_CLASSES = ("none", "cosmetics", "wine", "beer", "spirits", "watch", "jewellery", "other")
TAGS = ("A", "B", "C", "P")
REQUIRED = ("hs", "zh", "unit1", "vat_class", "ct_class", "tag", "source")
OPTIONAL = (
    "en", "unit2", "mfn_tariff", "refund_rate", "listed_from", "listed_to", "remarks", "remark_zh", "remark_en",
    "valid_from", "valid_to",
)  # fmt: skip
REMARKS = {
    "exclusion": ("除外商品不得以跨境电商零售进口", "The named exceptions may not come by retail import"),
    "mode_only_1210": ("仅限网购保税商品", "Only as bonded retail import (1210)"),
    "product_name": ("仅限所列品名", "Only goods of the named description"),
    "personal_weight_quota": ("每人每年限定重量", "Limited weight per person and year"),
}
FIRST = date(2016, 4, 8)


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of the positive list. `quantity` and `unit` only for kinds that limit an amount."""

    kind: str
    zh: str
    en: str
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods at ten digits on a day. Rates are fractions; None is unknown, which is not zero.

    `positive_list` says whether the edition of that day lists them; `remarks` are empty where it does not.
    """

    hs: str
    zh: str
    en: str
    unit1: str
    unit2: str
    vat_class: str
    ct_class: str
    mfn_tariff: Decimal | None
    refund_rate: Decimal | None
    positive_list: bool
    remarks: tuple[Remark, ...]
    tag: str
    source: str
    valid_from: date
    valid_to: date | None
    origin: str = "shipped"


@dataclass(frozen=True, slots=True)
class Row:
    """A written row: the goods as the list has them, and the editions between which they are listed."""

    goods: Goods
    listed_from: str
    listed_to: str


def read_goods(
    path: Path, *, editions: tuple[str, ...], units: frozenset[str], origin: str
) -> tuple[Sheet, list[Stretch[Row]]]:
    """All rows of a file, with the sheet that holds its faults. Raises nothing for bad content."""
    sheet = read_sheet(path, required=REQUIRED, allowed=(*REQUIRED, *OPTIONAL))
    if sheet.faults:
        return sheet, []
    read = [_Reader(sheet, line, row, editions, units).stretch(origin) for line, row in sheet.rows]
    return sheet, [stretch for stretch in read if stretch is not None]


class _Reader:
    """One row being read; every fault goes to the sheet and reading goes on."""

    def __init__(
        self, sheet: Sheet, line: int, row: dict[str, str], editions: tuple[str, ...], units: frozenset[str]
    ) -> None:
        self.sheet, self.line, self.row, self.editions, self.units = sheet, line, row, editions, units

    def stretch(self, origin: str) -> Stretch[Row] | None:
        before = self.sheet.count
        first = self.sheet.day(self.line, self.row, "valid_from") or FIRST
        last = self.sheet.day(self.line, self.row, "valid_to")
        if last is not None and last < first:
            self._fault("valid_to", "overlay.order", "失效早于生效", "ends before it begins")
        goods = Goods(
            hs=self._hs(),
            zh=self._text("zh"),
            en=self.row.get("en") or self._text("zh"),
            unit1=self._unit("unit1"),
            unit2=self._unit("unit2"),
            vat_class=self._one_of("vat_class", VAT_CLASSES),
            ct_class=self._one_of("ct_class", CT_CLASSES),
            mfn_tariff=self._fraction("mfn_tariff", Decimal(5)),
            refund_rate=self._fraction("refund_rate", Decimal("0.17")),
            positive_list=False,
            remarks=self._remarks(),
            tag=self._one_of("tag", TAGS),
            source=self._text("source"),
            valid_from=first,
            valid_to=last,
            origin=origin,
        )
        row = Row(goods, self._edition("listed_from"), self._edition("listed_to"))
        if row.listed_to and not row.listed_from:
            self._fault("listed_from", "overlay.blank", "有截止版本时不能为空", "must be set where listed_to is")
        return Stretch(first, last, row) if self.sheet.count == before else None

    def _fault(self, column: str, code: str, zh: str, en: str) -> None:
        self.sheet.fault(self.line, column, code, zh, en)

    def _hs(self) -> str:
        written = self.row["hs"]
        found = hs.compact(written)
        if len(found) != 10 or not hs.is_valid(found):
            self._fault("hs", "overlay.hs", f"“{written[:20]}”不是10位商品编码", "is not a tariff number of ten digits")
        return found

    def _text(self, column: str) -> str:
        value = self.row.get(column, "")
        if not value:
            self._fault(column, "overlay.blank", "不能为空", "must not be blank")
        return value

    def _unit(self, column: str) -> str:
        value = self.row.get(column, "")
        if (value and value not in self.units) or (not value and column == "unit1"):
            self._fault(column, "overlay.unit", f"计量单位代码“{value[:10]}”不存在", "is no unit of measure")
        return value

    def _one_of(self, column: str, choices: tuple[str, ...]) -> str:
        value = self.row[column]
        if value not in choices:
            allowed = "/".join(choices)
            self._fault(column, "overlay.choice", f"“{value[:20]}”应为{allowed}之一", f"must be one of {allowed}")
        return value

    def _fraction(self, column: str, highest: Decimal) -> Decimal | None:
        text = self.row.get(column, "")
        if not text:
            return None
        try:
            value = decimal(text)
        except Refused as refused:
            self._fault(column, "overlay.number", refused.zh, refused.en)
            return None
        if not 0 <= value <= highest:
            self._fault(column, "overlay.range", f"应为0至{highest}之间的小数", f"must lie between 0 and {highest}")
            return None
        return value

    def _edition(self, column: str) -> str:
        value = self.row.get(column, "")
        if value and value not in self.editions:
            known = "/".join(self.editions)
            self._fault(column, "overlay.edition", f"清单版本应为{known}之一", f"the edition must be one of {known}")
        return value

    def _remarks(self) -> tuple[Remark, ...]:
        """`kind` or `kind=quantity unit`, several parted by semicolons."""
        found = []
        for token in filter(None, (part.strip() for part in self.row.get("remarks", "").split(";"))):
            kind, _, amount = token.partition("=")
            if kind not in REMARKS:
                self._fault("remarks", "overlay.remark", f"“{kind[:30]}”不是已知备注", "is no known remark")
                continue
            zh, en = REMARKS[kind]
            remark = Remark(kind, self.row.get("remark_zh") or zh, self.row.get("remark_en") or en)
            found.append(self._amount(remark, amount))
        return tuple(found)

    def _amount(self, remark: Remark, amount: str) -> Remark:
        if not amount and remark.kind != "personal_weight_quota":
            return remark
        quantity, _, unit = amount.partition(" ")
        try:
            number = decimal(quantity)
        except Refused as refused:
            self._fault("remarks", "overlay.number", refused.zh, refused.en)
            return remark
        if number <= 0 or unit not in self.units:
            self._fault("remarks", "overlay.remark", "应为“数量 单位代码”", "must read “quantity unit”")
            return remark
        return replace(remark, quantity=number, unit=unit)
