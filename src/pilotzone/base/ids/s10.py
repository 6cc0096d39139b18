"""UPU S10, the 13-character number of a postal item."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "UPU S10"
_PATTERN = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}", re.ASCII)
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def compact(number: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return strip(number)


def validate(number: str) -> str:
    """The compact number: service letters, eight digits, check digit, country letters."""
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[10] != calc_check_digit(found[2:10]):
        raise refused(
            "s10",
            number,
            zh="不是有效的邮件号码(两位字母、八位数字、校验位、国家代码)",
            en="is not a postal item number (two letters, eight digits, check digit, country)",
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
    """As labels print it: RR 473 124 829 GB."""
    found = compact(number)
    return " ".join((found[:2], found[2:5], found[5:8], found[8:11], found[11:]))


def calc_check_digit(number: str) -> str:
    """The check digit of eight digits: 10 becomes 0, 11 becomes 5."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, compact(number), strict=True))
    return str({10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11))
