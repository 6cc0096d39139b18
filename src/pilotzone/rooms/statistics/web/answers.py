"""Answers to a question of the explorer: from the cube for statisticians, from published figures for everybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.kernel import clock
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words
from pilotzone.ui.charts import Chart, Series

PUBLIC = ("month", "mode", "country", "region", "hs2", "unit")
SHOWN = 15
VALUE = {"": "trade_cny", "E": "export_cny", "I": "import_cny"}


def drawing(asked: Mapping[str, Any], rows: Sequence[dict[str, Any]], title: str) -> Chart:
    """The trend of the months, or the largest `SHOWN` as bars."""
    unit, scale = words.scale(row["value"] for row in rows)
    line = asked["by"] == "month"
    drawn = rows if line else rows[:SHOWN]
    return Chart(
        title=title, unit=unit, kind="line" if line else "bar", categories=[row["name"] for row in drawn],
        series=[Series(words.flows()[asked["flow"]], [words.drawn(row["value"], scale) for row in drawn])],
    )  # fmt: skip


def answer(asked: Mapping[str, Any], *, cube: bool) -> list[dict[str, Any]]:
    """Rows {code, name, value in yuan or None, hidden, share} of a question to the cube, or to what is published. Refused
    `statistics.boundary.choice`."""
    first, last = asked["first"], asked["last"]
    of = api.boundary_day(asked["boundaries"], clock.today())
    if asked["by"] == "unit":
        rows: list[dict[str, Any]] = _districts(asked, of, cube=cube)
    elif cube:
        rows = [
            {"code": row.code, "value": row.cny, "hidden": False}
            for row in api.ask(coverage=asked["coverage"], by=asked["by"], flow=asked["flow"], first=first, last=last, filters=asked["filters"])
        ]  # fmt: skip
    else:
        rows = _published(asked)
    if asked["by"] == "month":
        rows = _every_month(rows, empty=Decimal(0) if cube else None)
    names = words.codes("" if asked["by"] == "month" else asked["by"], {row["code"] for row in rows}, last)
    whole = sum((row["value"] or Decimal(0) for row in rows), Decimal(0))
    return [
        row | {"name": row["code"] if asked["by"] == "month" else names[row["code"]], "share": f"{row['value'] / whole:.1%}" if whole and row["value"] is not None else "—"}
        for row in rows
    ]  # fmt: skip


def _districts(asked: Mapping[str, Any], of: date | None, *, cube: bool) -> list[dict[str, Any]]:
    """Districts as they were or as they are now: every month's amounts are carried over by the same rule, hidden ones stay hidden."""
    amounts: list[tuple[date, str, Decimal | None]] = []
    if cube:
        for start, end in api.stretches(asked["first"], asked["last"]):
            found = api.ask(
                coverage=asked["coverage"], by="unit", flow=asked["flow"], first=start, last=end, filters=asked["filters"]
            )  # fmt: skip
            amounts += [(start, row.code, row.cny) for row in found]
    else:
        ones = api.latest(asked["first"], asked["last"])
        for flow in [asked["flow"]] if asked["flow"] else ["E", "I"]:
            figures = api.figures(ones, coverage=asked["coverage"], indicator=VALUE[flow], dimension="unit")
            amounts += [(row.month, row.code, row.value) for row in figures]
    told, _ = api.carried_over(amounts, of=of)
    order = sorted(told, key=lambda code: (code.startswith("other"), -(told[code] or 0), code))
    return [{"code": code, "value": told[code], "hidden": told[code] is None} for code in order]


def _every_month(rows: list[dict[str, Any]], *, empty: Decimal | None) -> list[dict[str, Any]]:
    """The series without gaps between its first and last month: a month left out would bend the line."""
    told = {row["code"]: row for row in rows}
    if not told:
        return rows
    month, until = date.fromisoformat(f"{min(told)}-01"), date.fromisoformat(f"{max(told)}-01")
    whole = []
    while month <= until:
        code = f"{month:%Y-%m}"
        whole.append(told.get(code) or {"code": code, "value": empty, "hidden": False})
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return whole


def _published(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sums of published cells; a code hidden in some month has no sum, for the rest would tell it."""
    by = "" if asked["by"] == "month" else asked["by"]
    ones = api.latest(asked["first"], asked["last"])
    flows = [asked["flow"]] if asked["flow"] or not by else ["E", "I"]
    told: dict[str, Decimal | None] = {}
    for flow in flows:
        for row in api.figures(ones, coverage=asked["coverage"], indicator=VALUE[flow], dimension=by):
            code = f"{row.month:%Y-%m}" if not by else row.code
            before = told.get(code, Decimal(0))
            told[code] = None if row.value is None or before is None else before + row.value
    order = (
        sorted(told) if not by else sorted(told, key=lambda code: (code.startswith("other"), -(told[code] or 0), code))
    )
    return [{"code": code, "value": told[code], "hidden": told[code] is None} for code in order]
