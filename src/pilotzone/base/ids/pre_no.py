"""预录入编号, the number the electronic port gives a document: letter, day, serial."""

from __future__ import annotations

import re
from datetime import date

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "CEB preNo (1 letter, yyyymmdd, 9 digits)"
_PATTERN = re.compile(r"[A-Z](20[0-9]{2})([0-9]{2})([0-9]{2})[0-9]{9}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks, in capitals."""
    return strip(number, " ")


def validate(number: str) -> str:
    """The compact number of 18 characters with a day that exists (B list, R store list, T return, O tally)."""
    found = compact(number)
    if not _is_right(found):
        raise refused(
            "pre_no",
            number,
            zh="不是有效的预录入编号(1位字母、8位日期、9位序号)",
            en="is not a port number (a letter, a day of 8 digits, 9 digits)",
            source=SOURCE,
        )
    return found


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        validate(number)
    except Refused:
        return False
    return True


def format(number: str) -> str:
    """Compact: receipts print it without separators."""
    return compact(number)


def _is_right(found: str) -> bool:
    parts = _PATTERN.fullmatch(found)
    if parts is None:
        return False
    try:
        date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        return False
    return True
