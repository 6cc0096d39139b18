"""关区代码, the four digits of a customs district or office. Whether it exists is data (reference.codes)."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "海关关区代码表"
_PATTERN = re.compile(r"[0-9]{4}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks."""
    return strip(number, " ")


def validate(number: str) -> str:
    """The compact code of four digits."""
    found = compact(number)
    if not _PATTERN.fullmatch(found):
        raise refused(
            "customs_district",
            number,
            zh="不是有效的关区代码(4位数字)",
            en="is not a customs district (four digits)",
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
    """Compact: four digits."""
    return compact(number)
