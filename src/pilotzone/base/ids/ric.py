"""居民身份证号码, the 18-digit number of a resident's identity card."""

from __future__ import annotations

import re
from datetime import date
from operator import mul

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "GB 11643-1999"
# 15-digit cards ceased to be valid on 2013-01-01 (居民身份证法), so only 18 digits are read
_PATTERN = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}(?:18[89]|19[0-9]|20[0-9])[0-9]{8}[0-9X]",
    re.ASCII,
)
# weights 2^(17-i) mod 11 of the first 17 digits, and the check digit for each remainder (ISO 7064, MOD 11-2)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
_ZEROS = ord("0") * sum(_WEIGHTS)


def compact(number: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return strip(number)


def validate(number: str) -> str:
    """The compact number: a province, a day of birth that exists, and the right check digit.

    The county is not looked up: numbers were given with county codes that no published list contains any more.
    """
    found = compact(number)
    if not _is_right(found):
        raise refused(
            "ric",
            mask(found),
            zh="不是有效的居民身份证号码",
            en="is not a valid resident identity number",
            source=SOURCE,
        )
    return found


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    if _is_right(number):  # as cards print it and nearly everybody sends it
        return True
    try:
        validate(number)
    except Refused:
        return False
    return True


def format(number: str) -> str:
    """Compact: cards print the number without separators."""
    return compact(number)


def calc_check_digit(number: str) -> str:
    """The 18th character for the first 17 digits."""
    return _check_digit(compact(number))


def mask(number: str) -> str:
    """The number as it may be shown: first four and last two characters (36**************36)."""
    return number[:4] + "*" * (len(number) - 6) + number[-2:] if len(number) > 6 else "*" * len(number)


def _is_right(found: str) -> bool:
    if not _PATTERN.fullmatch(found):
        return False
    try:
        date.fromisoformat(found[6:14])
    except ValueError:
        return False
    return found[-1] == _check_digit(found)


def _check_digit(digits: str) -> str:
    return _CHECK_DIGITS[(sum(map(mul, _WEIGHTS, digits.encode())) - _ZEROS) % 11]
