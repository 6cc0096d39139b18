"""商品编码, the tariff number of goods: 4 (heading), 6 (international), 8 (national) or 10 digits (declaration)."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "中华人民共和国进出口税则"
LENGTHS = (4, 6, 8, 10)
# chapter 77 is kept empty by the nomenclature; 98 and 99 are national chapters
_PATTERN = re.compile(r"(?!00|77)[0-9]{4}(?:[0-9]{2}){0,3}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks and points (2203.00.00.00 → 2203000000)."""
    return strip(number, " .")


def validate(number: str) -> str:
    """The compact number of 4, 6, 8 or 10 digits in a chapter that exists. Whether the goods exist is data."""
    found = compact(number)
    if not _PATTERN.fullmatch(found):
        raise refused(
            "hs",
            number,
            zh="不是有效的商品编码(4、6、8或10位数字)",
            en="is not a tariff number (4, 6, 8 or 10 digits)",
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
    """With points: 3304.99.00.10."""
    found = compact(number)
    return ".".join([found[:4], *(found[at : at + 2] for at in range(4, len(found), 2))])
