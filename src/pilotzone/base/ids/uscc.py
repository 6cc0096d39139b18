"""统一社会信用代码, the 18-character code of every organisation in China."""

from __future__ import annotations

import re

from stdnum.cn import uscc

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "GB 32100-2015"
_CHARACTER = "[0-9ABCDEFGHJKLMNPQRTUWXY]"
_PATTERN = re.compile(rf"{_CHARACTER}{{2}}[0-9]{{6}}{_CHARACTER}{{10}}", re.ASCII)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def compact(number: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return strip(number)


def validate(number: str) -> str:
    """The compact code; the last character must be the check of the others.

    Some early real codes break the check (handbook §5.7); who keeps a register may override with evidence.
    The inner check of characters 9-17 is told by `organisation_check` and not demanded here.
    """
    found = compact(number)
    if not is_well_formed(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "uscc",
            number,
            zh="不是有效的统一社会信用代码(18位，末位为校验位)",
            en="is not a valid unified social credit code (18 characters, the last a check)",
            source=SOURCE,
        )
    return found


def is_well_formed(number: str) -> bool:
    """Whether a compact code has the form, whatever its check character says."""
    return bool(_PATTERN.fullmatch(number))


def is_valid(number: str) -> bool:
    """Whether `validate` passes."""
    try:
        validate(number)
    except Refused:
        return False
    return True


def format(number: str) -> str:
    """Compact: certificates print the code without separators."""
    return compact(number)


def calc_check_digit(number: str) -> str:
    """The 18th character for the first 17."""
    return uscc.calc_check_digit(compact(number))


def organisation_check(number: str) -> bool:
    """Whether characters 9-17 carry a right organisation code (GB 11714); False where malformed."""
    body = compact(number)[8:17]
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", body, re.ASCII):
        return False
    total = sum(weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body[:8], strict=True))
    return body[8] == "0X987654321"[total % 11]
