"""Synthetic buyers: names, phones, addresses and documents that cannot belong to anybody."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pilotzone.base.ids import ric

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安邦博晨达恩帆歌涵嘉可岚铭宁培琪然思婷唯昕妍泽子"
STREETS = ("演示大道", "样例路", "合成街", "示范巷")
CONSUMER = 1  # the buyer who can be played: he never buys until the limit stops him
DISTRICTS = ("360102", "360103", "360104", "360111", "360112", "360113", "360121", "360123", "360124")


@dataclass(frozen=True)
class Buyer:
    """A synthetic consumer. The document's birth year is 1890: valid in form, nobody alive."""

    name: str
    document: str
    phone: str
    address: str
    district: str
    account: str


def buyer(number: int) -> Buyer:
    """The buyer with this number, the same on every machine."""
    chance = random.Random(f"buyer {number}")  # noqa: S311 (synthetic data, not a secret)
    district = chance.choice(DISTRICTS)
    stem = f"{district}1890{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}{number % 1000:03d}"
    name = chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))
    return Buyer(
        name=name,
        document=stem + ric.calc_check_digit(stem),
        phone=f"100{number % 100_000_000:08d}",
        address=f"（合成）南昌市{chance.choice(STREETS)}{chance.randrange(1, 400)}号{chance.randrange(1, 30)}室",
        district=district,
        account=f"u{number:07d}",
    )
