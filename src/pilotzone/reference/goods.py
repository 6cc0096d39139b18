"""Goods at ten digits: legal units, tax classes, tariff, refund, the positive list. `goods("2204210000", on=day)`.

The shipped table holds typical retail goods with honest tags; what a zone trades beyond them it adds itself in
`PILOTZONE_HOME/data/goods/*.csv`. What is in neither is the named gap `reference.hs_unknown`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from pilotzone.base.errors import Gap, Refused
from pilotzone.base.ids import hs as scheme
from pilotzone.reference import codes, gaps, rates
from pilotzone.reference.goods_files import Goods, Remark, Row, read_goods
from pilotzone.reference.rows import Fault
from pilotzone.reference.spans import DAY, Broken, Series, Stretch
from pilotzone.reference.tables import SHIPPED, Table

__all__ = ["Goods", "Remark", "build", "check_overlay", "goods", "known_goods", "load_overlay"]

Editions = tuple[tuple[date, str], ...]
Goods_ = dict[str, Series[Goods]]


def build(overlay: Path | None) -> dict[str, Series[Goods]]:
    """The shipped goods; an overlay's rows stand in place of the shipped ones of the same number."""
    table = load_overlay(SHIPPED / "goods", origin="shipped")
    if overlay is not None and (overlay / "goods").is_dir():
        table.update(load_overlay(overlay / "goods"))
    return table


def build_leniently(overlay: Path | None) -> tuple[dict[str, Series[Goods]], list[tuple[Path, Refused]]]:
    """As `build`, but a faulty file of the overlay is passed over and named: a zone starts nevertheless."""
    table, faulty = load_overlay(SHIPPED / "goods", origin="shipped"), []
    for file in sorted((overlay / "goods").glob("*.csv")) if overlay is not None else ():
        try:
            table.update(load_overlay(file))
        except Refused as refused:
            faulty.append((file, refused))
    return table, faulty


_table = Table(build, lenient=lambda overlay: build_leniently(overlay)[0])


def goods(hs: str, *, on: date) -> Goods:
    """The goods of a ten-digit number (points allowed) on a day.

    Raises Gap: `reference.hs_unknown` (in no table), `reference.not_yet`, `reference.ended`.
    """
    series = _table().get(hs) or _table().get(scheme.compact(hs))
    if series is None:
        raise _unknown(hs)
    stretch = series.at(on)
    if stretch is None:
        raise gaps.not_yet(f"商品编码{hs}", f"Tariff number {hs}", on=on, first=series.starts[0])
    if stretch.value is None:
        raise gaps.ended(f"商品编码{hs}", f"Tariff number {hs}", on=on, since=stretch.first)
    return stretch.value


def known_goods(*, on: date) -> tuple[Goods, ...]:
    """All goods valid on a day, by number."""
    found = (series.at(on) for _, series in sorted(_table().items()))
    return tuple(stretch.value for stretch in found if stretch is not None and stretch.value is not None)


def check_overlay(path: Path) -> list[Fault]:
    """What is wrong with a goods file a zone wants to load: line, column, code, zh, en; empty when it is fine."""
    sheet, stretches = read_goods(path, editions=_names(), units=_units(), origin="overlay")
    faults = list(sheet.faults)
    try:
        _series(stretches, _editions())
    except Broken as broken:
        faults.append(Fault(1, "hs", "overlay.overlap", "同一编码的有效期重叠", str(broken)))
    return faults


def load_overlay(path: Path, *, origin: str = "overlay") -> dict[str, Series[Goods]]:
    """The goods of a CSV file or of a folder of them. Refused `reference.file`, with every fault, or whole."""
    files = sorted(path.glob("*.csv")) if path.is_dir() else [path]
    stretches: list[Stretch[Row]] = []
    for file in files:
        sheet, read = read_goods(file, editions=_names(), units=_units(), origin=origin)
        sheet.raise_faults()
        stretches += read
    try:
        return _series(stretches, _editions())
    except Broken as broken:
        raise Refused(
            code="reference.file",
            zh=f"{path.name}中同一编码的有效期重叠：{broken}",
            en=f"{path.name}: validities of one number overlap: {broken}",
            source="docs/dates.md",
            whose="zone",
        ) from broken


def spans_of(series: Series[Goods] | None) -> list[tuple[date, Goods | None]] | None:
    """What a number says from which day on, whoever wrote it; for comparing."""
    if series is None:
        return None
    return [(one.first, None if one.value is None else replace(one.value, origin="")) for one in series.stretches]


def _series(stretches: list[Stretch[Row]], editions: Editions) -> dict[str, Series[Goods]]:
    by_number: dict[str, list[Stretch[Row]]] = {}
    for stretch in stretches:
        assert stretch.value is not None
        by_number.setdefault(stretch.value.goods.hs, []).append(stretch)
    table = {}
    for number, written in by_number.items():
        try:
            table[number] = Series([part for whole in _with_endings(written) for part in _split(whole, editions)])
        except Broken as broken:
            raise Broken(f"{number} {broken}") from broken
    return table


def _with_endings(written: list[Stretch[Row]]) -> list[Stretch[Row]]:
    """A row with a last day says that the number ends there, until the next row takes it up again."""
    ordered = sorted(written, key=lambda stretch: stretch.first)
    complete = []
    for stretch, following in zip(ordered, [*ordered[1:], None], strict=True):
        complete.append(stretch)
        if stretch.last is not None and (following is None or stretch.last + DAY < following.first):
            complete.append(Stretch(stretch.last + DAY, None, None))
    return complete


def _split(whole: Stretch[Row], editions: Editions) -> list[Stretch[Goods]]:
    """The row cut where the positive list changes, so that a lookup needs no second question."""
    if whole.value is None:
        return [Stretch(whole.first, whole.last, None)]
    inside = [day for day, _ in editions if whole.first < day and (whole.last is None or day <= whole.last)]
    starts = [whole.first, *inside]
    parts = []
    for first, following in zip(starts, [*inside, None], strict=True):
        last = whole.last if following is None else following - DAY
        listed = _listed(whole.value, first, editions)
        goods = replace(
            whole.value.goods,
            positive_list=listed,
            remarks=whole.value.goods.remarks if listed else (),
            valid_from=first,
            valid_to=last,
        )
        parts.append(Stretch(first, last, goods))
    return parts


def _listed(row: Row, day: date, editions: Editions) -> bool:
    if not row.listed_from:
        return False
    order = [name for _, name in editions]
    current = [name for first, name in editions if first <= day]
    if not current:
        return False
    index = order.index(current[-1])
    last = order.index(row.listed_to) if row.listed_to else len(order)
    return order.index(row.listed_from) <= index <= last


def _editions() -> Editions:
    return tuple((first, str(value)) for first, value in rates.history("positive_list.edition") if value is not None)


def _names() -> tuple[str, ...]:
    return tuple(name for _, name in _editions())


def _units() -> frozenset[str]:
    return frozenset(entry.code for entry in codes.entries("unit", on=date(2020, 1, 1)))


def _unknown(hs: str) -> Gap:
    shown = hs[:20]
    return Gap(
        code="reference.hs_unknown",
        zh=f"参考数据中没有商品编码{shown}",
        en=f"The reference data has no tariff number {shown}",
        source="PilotZone reference.goods",
        whose="zone",
        fields={"hs": shown},
        mend_zh="由综试区在PILOTZONE_HOME/data/goods中补充该商品的单位、税率类别与依据",
        mend_en="The zone adds units, tax classes and source of these goods in PILOTZONE_HOME/data/goods",
    )
