"""清单编号, the number customs gives a list: district, year, I or E, serial."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "CEB invtNo (2018: 18 characters; 2022: up to 20)"
_PATTERN = re.compile(r"[0-9]{4}20[0-9]{2}[IE][0-9]{9,11}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks, in capitals."""
    return strip(number, " ")


def validate(number: str) -> str:
    """The compact number: 4 digits of the district, the year, I or E, and 9 (edition 2022: 9 to 11) digits.

    Receipts before about 2018 carried other forms; who reads those does not validate them.
    """
    found = compact(number)
    if not _PATTERN.fullmatch(found):
        raise refused(
            "invt_no",
            number,
            zh="不是有效的清单编号(4位关区、4位年份、I或E、9至11位序号)",
            en="is not a list number (4 digits of the district, year, I or E, 9 to 11 digits)",
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
