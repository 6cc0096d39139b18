"""GTIN (EAN) barcode numbers of goods: 8, 12, 13 or 14 digits."""

from __future__ import annotations

import re

from stdnum import ean

from pilotzone.base.errors import Refused
from pilotzone.base.ids.refusal import refused, strip

SOURCE = "GS1 General Specifications"
_PATTERN = re.compile(r"[0-9]{8}|[0-9]{12,14}", re.ASCII)


def compact(number: str) -> str:
    """Without blanks and hyphens."""
    return strip(number)


def validate(number: str) -> str:
    """The compact number; the last digit is the check of the others."""
    found = compact(number)
    if not _PATTERN.fullmatch(found) or found[-1] != calc_check_digit(found[:-1]):
        raise refused(
            "ean",
            number,
            zh="不是有效的商品条码(8、12、13或14位，末位为校验位)",
            en="is not a barcode number (8, 12, 13 or 14 digits, the last a check)",
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
    """Compact: barcodes print it without separators."""
    return compact(number)


def calc_check_digit(number: str) -> str:
    """The check digit of a number given without it."""
    return ean.calc_check_digit(compact(number))
