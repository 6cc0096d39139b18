"""The bench's synthetic buyers: numbered, by arithmetic alone, so that any process knows them all at no cost."""

from __future__ import annotations

from functools import lru_cache

from pilotzone.base.ids import ric
from pilotzone.portal.demo.people import DISTRICTS, FAMILY, GIVEN, STREETS, Buyer

BUYERS = 220_000
DAYS = 12 * 28


@lru_cache(maxsize=BUYERS)
def buyer(number: int) -> Buyer:
    """The buyer with this number: a document of the right form, born 1890, held by nobody and by no other buyer."""
    district = DISTRICTS[number % len(DISTRICTS)]
    rest, day = divmod(number // len(DISTRICTS), DAYS)
    stem = f"{district}1890{day // 28 + 1:02d}{day % 28 + 1:02d}{rest:03d}"
    return Buyer(
        name=FAMILY[number % len(FAMILY)] + GIVEN[number // 7 % len(GIVEN)] + GIVEN[number // 331 % len(GIVEN)],
        document=stem + ric.calc_check_digit(stem),
        phone=f"100{number:08d}",
        address=f"（合成）南昌市{STREETS[number % 4]}{number % 397 + 1}号{number % 29 + 1}室",
        district=district,
        account=f"b{number:07d}",
    )
