"""IMO number of a ship."""

from __future__ import annotations

import re

from stdnum import imo

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "IMO Resolution A.1117(30)"
_PATTERN = re.compile(r"[1-9][0-9]{6}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks and the letters IMO."""
    return strip(number).removeprefix("IMO")


def validate(number: str) -> str:
    """The compact number of seven digits; the last is the check of the others."""
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "imo",
            number,
            zh="不是有效的IMO船舶编号(7位，末位为校验位)",
            en="is not an IMO ship number (7 digits, the last a check)",
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
    """IMO 9074729."""
    return f"IMO {compact(number)}"


def calc_check_digit(number: str) -> str:
    """The check digit of six digits."""
    return imo.calc_check_digit(compact(number))
