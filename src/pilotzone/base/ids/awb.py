"""Air waybill number: three digits of the airline, seven of the serial, and the serial modulo 7."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "IATA Resolution 600a"
_PATTERN = re.compile(r"[0-9]{11}", re.ASCII)


def compact(number: str) -> str:
    """Eleven digits without blanks and hyphens."""
    return strip(number)


def validate(number: str) -> str:
    """The compact number; the last digit must be the serial modulo 7.

    Modulo 7 does not notice every single wrong digit (0 and 7, 1 and 8, 2 and 9 look alike).
    """
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "awb",
            number,
            zh="不是有效的航空运单号(三位航司代码、七位序号、校验位)",
            en="is not an air waybill number (three digits of the airline, seven of the serial, check digit)",
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
    """020-12345675."""
    found = compact(number)
    return f"{found[:3]}-{found[3:]}"


def calc_check_digit(number: str) -> str:
    """The check digit of ten digits: the last seven modulo 7."""
    return str(int(compact(number)[3:]) % 7)
