"""A CSV file of firms to register: read whole or not at all, each fault with its line."""

from __future__ import annotations

import csv
import io
from datetime import date

from django.db import transaction

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel.access import firms

LARGEST = 1024 * 1024
MOST = 2000
COLUMNS = (
    "name", "name_en", "uscc", "customs_code", "dxp_id", "roles", "registered", "park", "clearance", "since",
)  # fmt: skip


@transaction.atomic
def load(raw: bytes) -> int:
    """Register every firm of the file; how many. Refused `accounts.firms.file`, `accounts.firms.line` (`fields` names
    the lines and what is wrong with them)."""
    rows = _rows(raw)
    wrong: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        try:
            with transaction.atomic():
                filing, links = filing_of(row)
                firms.register(filing, links)
        except Problem as problem:
            wrong[str(number)] = f"{problem.zh} {problem.en} [{problem.code}]"
    if wrong:
        raise Refused(
            code="accounts.firms.line", zh="文件中有不能登记的行，全部未登记。",
            en="Some lines cannot be registered; nothing was.", fields=dict(list(wrong.items())[:50]),
        )  # fmt: skip
    return len(rows)


def filing_of(row: dict[str, str]) -> tuple[firms.Filing, list[firms.Link]]:
    """A row, or a form of the same names, as filing and links. Roles are parted by blanks. Refused `kernel.firm.link`."""
    filing = firms.Filing(
        row["name"], row["name_en"], row["uscc"], row["customs_code"], row["dxp_id"], tuple(row["roles"].split())
    )
    return filing, [firms.Link(kind, row[kind], day(row["since"])) for kind in firms.LINKS if row[kind]]


def day(text: str) -> date:
    """A day as YYYY-MM-DD. Refused `kernel.firm.day`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            code="kernel.firm.day",
            zh="请填写日期（年-月-日）。",
            en="Give the day as YYYY-MM-DD.",
            fields={"day": text[:20]},
        ) from None


def _rows(raw: bytes) -> list[dict[str, str]]:
    try:
        text = raw[: LARGEST + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw[: LARGEST + 1].decode("gb18030", errors="replace")
    try:
        found = list(csv.DictReader(io.StringIO(text), strict=True))
    except csv.Error:
        found = []
    names = set(found[0]) if found else set()
    if len(raw) > LARGEST or not 0 < len(found) <= MOST or set(COLUMNS) - names or "\0" in text:
        raise Refused(
            code="accounts.firms.file", zh="请使用本页提供的模板（CSV，至多2000行、1 MB）。",
            en="Use the template of this page (CSV, at most 2,000 lines and 1 MB).",
        )  # fmt: skip
    return [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in found]
