"""SSCC, the 18-digit number of a logistic unit."""

from __future__ import annotations

import re

from stdnum import ean

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "GS1 General Specifications"
_PATTERN = re.compile(r"[0-9]{18}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks, hyphens and the (00) of the label."""
    return strip(number.removeprefix("(00)"))


def validate(number: str) -> str:
    """The compact number; the last digit is the check of the others."""
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "sscc",
            number,
            zh="不是有效的SSCC(18位，末位为校验位)",
            en="is not an SSCC (18 digits, the last a check)",
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
    """With its application identifier: (00)106141412345678908."""
    return f"(00){compact(number)}"


def calc_check_digit(number: str) -> str:
    """The check digit of 17 digits."""
    return ean.calc_check_digit(compact(number))
