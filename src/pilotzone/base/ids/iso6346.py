"""Freight container number: owner, equipment category, serial, check digit."""

from __future__ import annotations

import re

from stdnum import iso6346

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "ISO 6346"
_PATTERN = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return strip(number)


def validate(number: str) -> str:
    """The compact number. Remainder 10 and 0 share the digit 0, so a few double errors pass (ISO 6346 A.2)."""
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "iso6346",
            number,
            zh="不是有效的集装箱号(四位字母、六位数字、校验位)",
            en="is not a container number (four letters, six digits, check digit)",
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
    """CSQU 305438 3."""
    found = compact(number)
    return f"{found[:4]} {found[4:10]} {found[10:]}"


def calc_check_digit(number: str) -> str:
    """The check digit of four letters and six digits."""
    return iso6346.calc_check_digit(compact(number))
