"""A published month as an Excel workbook: what it is, every number, and by coverage the main tables with their charts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import bulletin, growth, indices, words
from pilotzone.ui.charts import Chart

WIDE, NARROW = 34, 16


def made(one: Any, rows: Sequence[api.Told], lines: Sequence[Sequence[str]], note: str) -> bytes:
    """The workbook of a release; `lines` are all its numbers as published under their heading, `note` says on which boundaries the tables
    by district stand. Texts never become formulas."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": one.published_at.replace(tzinfo=None)})
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    _about(book.add_worksheet(_("说明")), one, note, bold)
    for coverage in api.COVERAGES:
        own = [row for row in rows if row.coverage == coverage]
        _coverage(book, one, coverage, own, bold, money)
    sheet = book.add_worksheet(_("全部数据"))
    sheet.set_column(0, 13, NARROW)
    for at, line in enumerate(lines):
        sheet.write_row(at, 0, line, bold if not at else None)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(lines) - 1, len(lines[0]) - 1)
    book.close()
    return target.getvalue()


def _about(sheet: Any, one: Any, note: str, bold: Any) -> None:
    sheet.set_column(0, 0, NARROW)
    sheet.set_column(1, 3, 60)
    rule = one.rule
    told = [
        (_("报告期"), f"{one.month:%Y-%m}"), (_("公布阶段"), words.stages()[one.stage]), (_("公布日"), one.published_on.isoformat()),
        (_("海关同意"), one.consent), ("SHA-256", one.digest),
        (_("统计保密"), f"{rule.get('algorithm', '')} · {rule.get('disclosure', '')} · {rule.get('hidden', 0)}/{rule.get('cells', 0)}"),
        (_("注意事项"), _("海关放行数据按月汇总，经海关同意后按预告的日期公布；三种口径各自公布，不相加。")),
        (_("区划"), note),
    ]  # fmt: skip
    for at, (name, value) in enumerate(told):
        sheet.write_string(at, 0, str(name), bold)
        sheet.write_string(at, 1, str(value))
    start = len(told) + 1
    sheet.write_row(start, 0, [_("指标"), _("定义"), _("公式与来源"), _("指标版本")], bold)
    shown = {row.indicator for row in api.figures([one], dimension="")}
    for at, found in enumerate((row for row in api.indicators() if row.key in shown), start + 1):
        sheet.write_row(
            at,
            0,
            [words.said(found), words.said(found, "definition"), found.formula.text, f"{found.version} ({found.tag})"],
        )


def _coverage(book: Any, one: Any, coverage: str, rows: list[api.Told], bold: Any, money: Any) -> None:
    name = words.coverages()[coverage]
    sheet = book.add_worksheet(name[:31])
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, 3, NARROW)
    sheet.write_row(0, 0, [f"{one.month:%Y-%m}", words.stages()[one.stage], name, one.published_on.isoformat()], bold)
    sheet.write_row(2, 0, [_("指标"), _("数值"), _("计量单位"), _("指标版本")], bold)
    at = 3
    for row in bulletin.headlines(rows):
        sheet.write_string(at, 0, row["name"])
        _number(sheet, at, 1, row["value"], row["hidden"], money if row["money"] else None)
        sheet.write_row(at, 2, [row["unit"], row["version"]])
        at += 1
    at = _grown(sheet, at + 1, growth.of(one, coverage), bold, money)
    at = _linked(sheet, at + 1, indices.of(one, coverage), bold)
    for table in bulletin.tables(rows, one.month):
        sheet.write_row(at + 1, 0, [table["title"], _("出口（元）"), _("进口（元）")], bold)
        at += 2
        for line in table["lines"]:
            sheet.write_string(at, 0, line["name"])
            for column, cell in enumerate(line["cells"], 1):
                _number(sheet, at, column, cell["value"], cell["hidden"], money)
            at += 1
    for place, chart in enumerate(bulletin.charts(one.month, coverage, rows)):
        at = _chart(book, sheet, name, at + 1, place, chart)


def _grown(sheet: Any, at: int, told: dict[str, Any], bold: Any, money: Any) -> int:
    """The adjusted growth from row `at` down, or why there is none; the first free row."""
    if told["gap"]:
        sheet.write_row(at, 0, [_("季节调整增速"), words.said(told["gap"])], bold)
        return at + 1
    if not told["rows"]:
        return at
    sheet.write_row(
        at, 0, [_("季节调整增速"), _("原值"), words.adjusted(), _("原值同比"), _("季调后环比"), _("算法")], bold
    )
    for row in told["rows"]:
        at += 1
        sheet.write_string(at, 0, row["name"])
        for column, field in enumerate(("value", "adjusted"), 1):
            _number(sheet, at, column, row[field], False, money)
        sheet.write_row(at, 3, [row["yearly"], row["monthly"], row["algorithm"]])
    return at + 1


def _linked(sheet: Any, at: int, told: dict[str, Any], bold: Any) -> int:
    """The indices of the month and their chain from row `at` down; the first free row."""
    if not told["heads"]:
        return at
    sheet.write_row(
        at,
        0,
        [
            _("单位价值与物量指数"),
            _("本月（上月=100）"),
            _("链式指数"),
            _("基期（=100）"),
            _("计入金额的比重"),
            _("指标版本"),
            _("算法"),
        ],
        bold,
    )
    for row in told["heads"]:
        at += 1
        sheet.write_string(at, 0, row["name"])
        for column, field in enumerate(("month", "level"), 1):
            _index(sheet, at, column, row[field])
        sheet.write_row(at, 3, [row["base"], row["covered"], row["version"], told["algorithm"]])
    at += 2
    sheet.write_row(at, 0, [_("各月链式指数"), *(f"{row['name']} {row['first']}=100" for row in told["heads"])], bold)
    for row in told["rows"]:
        at += 1
        sheet.write_string(at, 0, row["month"])
        for column, cell in enumerate(row["cells"], 1):
            _index(sheet, at, column, cell)
    for line in (indices.caveat(), *told["ended"]):
        at += 1
        sheet.write_string(at, 0, line)
    return at + 1


def _index(sheet: Any, row: int, column: int, cell: dict[str, str]) -> None:
    if cell["note"] or not cell["text"][0].isdigit():
        sheet.write_string(row, column, f"{cell['text']} {cell['note']}".strip())
    else:
        sheet.write_number(row, column, float(cell["text"]))


def _number(sheet: Any, row: int, column: int, value: Any, hidden: bool, form: Any) -> None:
    if hidden:
        sheet.write_string(row, column, _("已隐去"))
    elif value is None:
        sheet.write_string(row, column, "—")
    else:
        sheet.write_number(row, column, float(value), form)


def _chart(book: Any, sheet: Any, name: str, at: int, place: int, chart: Chart) -> int:
    """The chart's own table from row `at` down, its picture to the right; the first free row."""
    sheet.write_row(at, 0, [f"{chart.title} ({chart.unit})", *(series.name for series in chart.series)])
    for row, (category, values) in enumerate(chart.rows(), at + 1):
        sheet.write_string(row, 0, category)
        for column, value in enumerate(values, 1):
            if value is not None:
                sheet.write_number(row, column, value)
    last = at + len(chart.categories)
    if not chart.empty:
        drawn = book.add_chart({"type": "column" if chart.kind == "stack" else "bar", "subtype": "stacked"})
        for column, series in enumerate(chart.series, 1):
            drawn.add_series({
                "name": series.name, "categories": [name[:31], at + 1, 0, last, 0], "values": [name[:31], at + 1, column, last, column],
            })  # fmt: skip
        drawn.set_title({"name": f"{chart.title} ({chart.unit})", "name_font": {"size": 12}})
        drawn.set_legend({"position": "bottom"})
        sheet.insert_chart(2 + 17 * place, 5, drawn, {"x_scale": 1.3, "description": chart.title})
    return last + 1
