"""One row of a list of buyers to be checked: whether the authorised body can be asked about it at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pilotzone.base.ids import ric
from pilotzone.rooms.clearance.errors import Fault, Rule

RESIDENT_ID = "1"  # kind of document in the customs messages: resident identity card
SOURCE = "海关总署公告2018年第194号；handbook §1.3 M5"
_REF = re.compile(r"[0-9A-Za-z._-]{1,40}")
LONGEST_NAME = 80

REF = Rule(
    "rule.buyer.ref", whose="sender",
    zh="序号须为1至40位字母、数字或 . _ -，且不得是身份证号码", en="the ref has 1 to 40 letters, digits or . _ -, and no identity number",
    source="PilotZone 购买人核验", mend_zh="请填写贵单位自编的行号", mend_en="Give a number of your own for the row.",
)  # fmt: skip
REF_TWICE = Rule(
    "rule.buyer.ref_twice", whose="sender",
    zh="序号{ref}在名单中已出现", en="ref {ref} is in the list already",
    source="PilotZone 购买人核验", mend_zh="每行用不同的序号", mend_en="Give each row a ref of its own.",
)  # fmt: skip
ID_TYPE = Rule(
    "rule.buyer.id_type", whose="sender",
    zh="只能核验居民身份证（证件类型1），本行为{id_type}", en="only resident identity cards (type 1) can be checked; this is {id_type}",
    source=SOURCE, mend_zh="其他证件的购买人须由本人支付", mend_en="Buyers with other documents pay themselves.",
)  # fmt: skip
NUMBER = Rule(
    "rule.buyer.number", whose="sender",
    zh="身份证号码不正确，请核对18位号码和校验位", en="not a valid resident identity number: check its 18 characters",
    source="GB 11643", mend_zh="请按证件填写；在表格软件中请设为文本格式", mend_en="As on the card; in a spreadsheet, format the column as text.",
)  # fmt: skip
NAME = Rule(
    "rule.buyer.name", whose="sender",
    zh="姓名为空、过长或含有不可见字符", en="the name is empty, too long, or holds characters that cannot be seen",
    source=SOURCE, mend_zh="请按证件逐字填写", mend_en="As on the card.",
)  # fmt: skip
TWICE = Rule(
    "rule.buyer.twice", whose="sender",
    zh="同一购买人在名单中已出现", en="the same buyer is in the list already",
    source="PilotZone 购买人核验", mend_zh="每位购买人只列一次", mend_en="List each buyer once.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One buyer as the firm gave him; `number` without spaces, upper case."""

    ref: str
    id_type: str
    number: str
    name: str

    @classmethod
    def of(cls, ref: str, id_type: str, id_number: str, name: str) -> Row:
        """The row with the blanks around its values taken away."""
        return cls(ref.strip(), id_type.strip(), "".join(id_number.split()).upper(), name.strip())


def judge(rows: list[Row]) -> list[Fault | None]:
    """Row by row the first thing wrong with it, None where the body can be asked. No fault repeats personal data."""
    refs: set[str] = set()
    buyers: set[str] = set()
    told = []
    for row in rows:
        fault = _fault(row, refs, buyers)
        refs.add(row.ref)
        if fault is None:
            buyers.add(row.number)
        told.append(fault)
    return told


def shown_ref(row: Row) -> str:
    """The ref where it is one, else nothing: what was typed there might be anything."""
    return row.ref if _REF.fullmatch(row.ref) and not ric.is_valid(row.ref.upper()) else ""


def _fault(row: Row, refs: set[str], buyers: set[str]) -> Fault | None:
    if not shown_ref(row):
        return REF.fault()
    if row.ref in refs:
        return REF_TWICE.fault(ref=row.ref)
    if row.id_type != RESIDENT_ID:
        return ID_TYPE.fault(id_type=row.id_type[:4] if row.id_type[:4].isalnum() else "?")
    if not ric.is_valid(row.number):
        return NUMBER.fault()
    if not 0 < len(row.name) <= LONGEST_NAME or not row.name.isprintable():
        return NAME.fault()
    return TWICE.fault() if row.number in buyers else None
