"""Fields that a trade mode, a return or a split makes compulsory or forbids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pilotzone.exchange.formats.rules.trouble import Trouble, number

BONDED = ("1210", "1239")


def import_list(head: dict[str, str], lines: Sequence[dict[str, str]]) -> Iterator[Trouble]:
    """621: direct purchase names its vehicle and bill, bonded its book, area and material numbers (spec §3, §6.7)."""
    if _draft(head):
        return
    mode = head.get("tradeMode", "")
    if mode == "9610":
        yield from _needs(head, ("trafNo", "voyageNo", "billNo"), "rule.direct_purchase_needs", mode)
    elif mode in BONDED:
        yield from _needs(head, ("emsNo", "areaCode", "areaName"), "rule.bonded_needs", mode)
        yield from _material_numbers(lines, "rule.bonded_needs", mode)
        if head.get("country", "142") != "142":
            yield Trouble("rule.bonded_country", "country", words={"value": head["country"]})


def export_list(head: dict[str, str], lines: Sequence[dict[str, str]]) -> Iterator[Trouble]:
    """603: export from a special area names its book, area enterprise and material numbers (spec §3 CEB603)."""
    mode = head.get("tradeMode", "")
    if mode in BONDED and not _draft(head):
        yield from _needs(head, ("emsNo", "iacCode", "iacName"), "rule.special_area_needs", mode)
        yield from _material_numbers(lines, "rule.special_area_needs", mode)


def split(head: dict[str, str]) -> Iterator[Trouble]:
    """Position and number of split messages: from 1, the position not above the number; 0 only when deleting (607)."""
    count, position = number(head.get("msgCount")), number(head.get("msgSeqNo"))
    deleting = head.get("appType") == "3"
    for name, value in (("msgCount", count), ("msgSeqNo", position)):
        if value == 0 and not deleting:
            yield Trouble("rule.count", name, words={"value": "0"})
    if count is not None and position is not None and position > count:
        yield Trouble("rule.split", "msgSeqNo", words={"value": position, "limit": count})


def summary_period(head: dict[str, str]) -> Iterator[Trouble]:
    """701: start and end together, the end not before the start (spec §3)."""
    start, end = head.get("startTime") or "", head.get("endTime") or ""
    if bool(start) != bool(end) or (start and end < start):
        yield Trouble("rule.period", "endTime" if start else "startTime")


def export_return(head: dict[str, str]) -> Iterator[Trouble]:
    """213: the goods do not come back from China."""
    if head.get("country") == "142":
        yield Trouble("rule.return_from_china", "country")


def _draft(head: dict[str, str]) -> bool:
    return head.get("appStatus") == "1"


def _needs(head: dict[str, str], names: Sequence[str], code: str, mode: str) -> Iterator[Trouble]:
    for name in names:
        if not (head.get(name) or "").strip():
            yield Trouble(code, name, words={"mode": mode})


def _material_numbers(lines: Sequence[dict[str, str]], code: str, mode: str) -> Iterator[Trouble]:
    for position, line in enumerate(lines, start=1):
        if not (line.get("itemRecordNo") or "").strip():
            yield Trouble(code, "itemRecordNo", line=position, words={"mode": mode})
