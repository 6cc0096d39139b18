"""The synthetic enterprises of the demonstration zone, and who plays them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from pilotzone.base.ids import uscc

PLATFORM, SELLER, PAYMENT, CARRIER, DECLARANT, AREA = "ebp", "ebc", "pay", "logi", "agent", "area"
BANK, SERVICE = "bank", "service"


@dataclass(frozen=True)
class Firm:
    """A synthetic enterprise: numbers of the right form, in ranges nobody gives out; `unit` is its district's code."""

    number: int
    role: str
    name: str
    name_en: str
    unit: str

    @property
    def customs_code(self) -> str:
        """海关10位编码, in a range of 南昌 that nobody gives out."""
        return f"36019{self.number:05d}"

    @property
    def uscc(self) -> str:
        """统一社会信用代码 with its right check digit."""
        stem = f"Y1360199DEM{self.number:06d}"
        return stem + uscc.calc_check_digit(stem)

    @property
    def dxp_id(self) -> str:
        """报文传输编号, the firm's number on the exchange platform."""
        return f"DXPENT00036{self.number:05d}"


LEADS = (
    Firm(1, PLATFORM, "（演示）赣江优选跨境商城", "Ganjiang Select (demo)", "NCHTZ"),
    Firm(2, PLATFORM, "（演示）滕王阁国际购", "Tengwang Global (demo)", "360113"),
    Firm(11, PAYMENT, "（演示）赣鄱支付有限公司", "Ganpo Pay (demo)", "360102"),
    Firm(12, PAYMENT, "（演示）青云通付有限公司", "Qingyun Pay (demo)", "360104"),
    Firm(21, CARRIER, "（演示）昌北速运有限公司", "Changbei Express (demo)", "GJXQ"),
    Firm(22, CARRIER, "（演示）向塘国际物流有限公司", "Xiangtang Logistics (demo)", "XTDZ"),
    Firm(31, DECLARANT, "（演示）洪都报关有限公司", "Hongdu Declarants (demo)", "NCCBZ"),
    Firm(32, DECLARANT, "（演示）豫章关务有限公司", "Yuzhang Customs Affairs (demo)", "360103"),
    Firm(41, AREA, "（演示）综保区一号仓", "Bonded Warehouse One (demo)", "NCCBZ"),
    Firm(51, BANK, "（演示）赣江银行南昌分行", "Ganjiang Bank, Nanchang (demo)", "360102"),
    Firm(61, SERVICE, "（演示）豫章外贸综合服务有限公司", "Yuzhang Trade Services (demo)", "NCHTZ"),
)
UNITS = (
    "360102", "360103", "360104", "360111", "360112", "360113", "360121", "360123", "360124",
    "NCETZ", "NCHTZ", "XLETZ", "NCCBZ", "XTDZ", "GJXQ", "WANLI",
)  # fmt: skip
TRADES = ("母婴", "美妆", "酒业", "食品", "家居", "服饰", "数码", "健康")


@cache
def sellers() -> tuple[Firm, ...]:
    """Four sellers in every district and development zone."""
    chance = random.Random("sellers")  # noqa: S311 (synthetic data, not a secret)
    made = []
    for place, unit in enumerate(UNITS):
        for n in range(4):
            number = 100 + place * 4 + n
            trade = chance.choice(TRADES)
            made.append(Firm(number, SELLER, f"（演示）{trade}跨境{number}号店", f"Seller {number} (demo)", unit))
    return tuple(made)


def everyone() -> tuple[Firm, ...]:
    """All synthetic enterprises."""
    return (*LEADS, *sellers())


@cache
def of_role(role: str) -> tuple[Firm, ...]:
    """The enterprises of a role."""
    return tuple(firm for firm in everyone() if firm.role == role)
