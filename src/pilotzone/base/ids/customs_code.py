"""海关十位编码, the number under which customs registers an enterprise."""

from __future__ import annotations

import re

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "海关报关单位注册编码规则(未读原文，可信度B)"
# region (2 province, 2 city), kind of economic area, kind of enterprise, serial; letters occur from place five on.
# No check digit is documented, so none is computed.
_PATTERN = re.compile(r"[1-9][0-9]{3}[0-9A-Z]{6}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return strip(number)


def validate(number: str) -> str:
    """The compact code of ten characters whose first four are digits. Only this shape is documented to us."""
    found = compact(number)
    if not _PATTERN.fullmatch(found):
        raise refused(
            "customs_code",
            number,
            zh="不是有效的海关十位编码(前4位为地区数字，共10位)",
            en="is not a customs registration code (ten characters, the first four digits)",
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
    """Compact: certificates print the code without separators."""
    return compact(number)
