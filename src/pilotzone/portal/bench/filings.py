"""How long one file of drafts takes: a county hands in many firms, some rows faulty, then the same file again."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from typing import Any

import xlsxwriter

from pilotzone.base.ids import uscc
from pilotzone.kernel.access.actor import DISTRICT, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api

FIRST_ROW = 2  # of a spreadsheet whose first row names the columns
COUNTY = Actor(kind=DISTRICT, unit_path="zone.districts.d360111", role="district_officer")
NAMES = ("uscc", "roles", "name", "address", "unit", "contact", "phone", "categories", "shops", "licences")
FAULTS = (
    ("uscc", "91360100"),
    ("roles", "king"),
    ("unit", "999999"),
    ("phone", "请来电"),
    ("licences", "food|JY|x|2021-02-30||"),
)


def run(firms: int, wrong: int) -> dict[str, Any]:
    """Upload `firms` rows of which `wrong` are faulty, twice; seconds, and whether each planted fault was found in its row."""
    planted = {
        FIRST_ROW - 1 + (number + 1) * firms // (wrong + 1): FAULTS[number % len(FAULTS)] for number in range(wrong)
    }
    raw = _workbook([_row(number, planted.get(number + FIRST_ROW)) for number in range(firms)])
    told: dict[str, Any] = {"firms": firms, "planted": len(planted), "file_kb": len(raw) // 1024}
    for turn in ("first", "again"):
        begun = time.perf_counter()
        with scope(COUNTY):
            number = api.upload(name=f"{turn}.xlsx", raw=raw)
        told[f"{turn}_s"] = round(time.perf_counter() - begun, 2)
        with scope(COUNTY):
            found = api.uploaded(number)
        faulty = {row["row"] for row in found["rows"] if row["outcome"] == "wrong"}
        told |= {f"{turn}_{name}": found[name] for name in ("drafted", "same", "wrong")}
        told["missed"] = len(set(planted) ^ faulty)
    return told


def _workbook(rows: Iterable[list[str]]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([list(NAMES), *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return target.getvalue()


def _row(number: int, fault: tuple[str, str] | None) -> list[str]:
    stem = f"Y1360111BEN{number:06d}"
    row = {
        "uscc": stem + uscc.calc_check_digit(stem), "roles": "ebc", "name": f"（合成）试算企业{number}", "address": "（合成）某路",
        "unit": "360111", "contact": "合成", "phone": "0791-10000000", "categories": "母婴", "shops": "（合成）店铺",
        "licences": "food|JY0001|（合成）局|2021-01-01|2031-01-01|预包装食品",
    }  # fmt: skip
    if fault:
        row[fault[0]] = fault[1]
    return [row[name] for name in NAMES]
