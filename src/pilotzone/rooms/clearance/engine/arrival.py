"""What may follow what: a document that arrives, against the one already known by the same key (spec §6.3, §6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.engine.keys import readable
from pilotzone.rooms.clearance.engine.kinds import Kind
from pilotzone.rooms.clearance.errors import Fault, Rule

NEW, CHANGE, DELETE = "1", "2", "3"
DRAFT, DECLARE = "1", "2"
ACCEPT, REPLACE, REMOVE, REPEAT, REFUSE = "accept", "replace", "remove", "repeat", "refuse"
SPEC = "海关跨境统一版规范 ceb"

# official codes by kind: target not found, same number exists, used by a declared list, older than the stored one
_OFFICIAL = {
    (kinds.IMPORT, kinds.ORDER): ("-301009", "-301010", "-301011", "-301014"),
    (kinds.IMPORT, kinds.PAYMENT): ("-401006", "-401007", "-401008", "-401012"),
    (kinds.IMPORT, kinds.WAYBILL): ("-504014", "-504015", "-504016", "-505016"),
    (kinds.IMPORT, kinds.SIGNED_FOR): ("-505014", "-505012", "-505012", "-505016"),
    (kinds.IMPORT, kinds.LIST): ("-621011", "-621004", "-621012", "-621001"),
    (kinds.IMPORT, kinds.CANCEL): ("-623014", "-623009", "-623005", "-623014"),
    (kinds.IMPORT, kinds.REFUND): ("-625001", "-625033", "-625022", "-625001"),
    (kinds.IMPORT, kinds.STORE): ("-800001", "-800003", "-800001", "-800005"),
}
# export: only ranges are published (spec §4); the first number of "processing" stands for all four
_EXPORT = {
    kinds.ORDER: "-304001", kinds.MONEY_RECEIPT: "-404001", kinds.WAYBILL: "-504001", kinds.LIST: "-604001",
    kinds.CANCEL: "-608001", kinds.ARRIVAL: "-804001", kinds.DEPARTURE: "-508001", kinds.BILL: "-904001",
    kinds.SUMMARY: "-704001", kinds.REFUND: "-604001", kinds.TALLY: "-804001",
}  # fmt: skip

NOT_FOUND = Rule(
    "rule.change.not_found", whose="sender", tag="A",
    zh="{what}{key}不存在，无法变更或删除", en="there is no {what_en} {key} to change or delete",
    source=f"{SPEC} §6.4 (-301009 等)",
    mend_zh="请以新增(appType 1)申报", mend_en="Send it as new (appType 1).",
)  # fmt: skip
EXISTS = Rule(
    "rule.key.exists", whose="sender", tag="A",
    zh="{what}{key}已存在且内容不同", en="a {what_en} {key} exists with other content",
    source=f"{SPEC} §6.3 (-301010 等)",
    mend_zh="如需更改请以变更(appType 2)申报；如为另一笔交易请更换编号",
    mend_en="To change it send appType 2; for another transaction use another number.",
)  # fmt: skip
IN_USE = Rule(
    "rule.change.in_use", whose="sender", tag="A",
    zh="{what}{key}已随清单向海关申报，当前状态不能变更或删除",
    en="{what_en} {key} is part of a declared list and cannot be changed or deleted now",
    source=f"{SPEC} §6.4 (-301011, -401008, -504016, -621012)",
    mend_zh="请先撤销清单，或待海关退单后再变更", mend_en="Cancel the list first, or wait until customs returns it.",
)  # fmt: skip
OLDER = Rule(
    "rule.change.older", whose="sender", tag="A",
    zh="{what}{key}的报送时间{time}不晚于已收报文的{stored}，按旧报文不做处理",
    en="{what_en} {key} was made at {time}, not after the stored one of {stored}; it is ignored as old",
    source=f"{SPEC} §6.3 (-301014 等)",
    mend_zh="如需更改，请以较新的报送时间重新发送", mend_en="Send it again with a later time if it must be changed.",
)  # fmt: skip
KEY_MISSING = Rule(
    "rule.key.missing", whose="sender", tag="A",
    zh="{what}缺少业务主键", en="the {what_en} lacks its business key",
    source=f"{SPEC} §6.3",
    mend_zh="请填写编号后重新申报", mend_en="Fill in its number and send again.",
)  # fmt: skip
CANCEL_NEW_ONLY = Rule(
    "rule.cancel.new_only", whose="sender", official="-623014", tag="A",
    zh="撤销申请单只接受新增(appType 1)", en="a cancellation can only be new (appType 1)",
    source=f"{SPEC} §2.1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored under a key: content, time, day, whether it was deleted, and the state of its trade."""

    fingerprint: int
    app_time: str
    accepted_on: date
    deleted: bool = False
    refused: bool = False
    trade_state: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with the arrival: accept, replace, remove, repeat (answer as the first time) or refuse."""

    what: str
    fault: Fault | None = None


_ACCEPTED, _REPEATED = Verdict(ACCEPT), Verdict(REPEAT)


def decide(
    kind: Kind, *, app_type: str, app_time: str, fingerprint: int, key: str, on: date, known: Known | None
) -> Verdict:
    """The verdict on a declared document of `kind` and business key `key` that arrives on the Shanghai day `on`."""
    if known is not None and known.fingerprint == fingerprint:
        return _REPEATED
    if kind.name == kinds.CANCEL and app_type != NEW:
        return Verdict(REFUSE, CANCEL_NEW_ONLY.fault())
    if known is not None and kind.reuse_after_months and _months_later(known.accepted_on, kind) <= on:
        known = None
    gone = known is None or known.deleted
    if known is not None and app_time <= known.app_time and (known.deleted or app_type != NEW):
        return Verdict(REFUSE, _fault(OLDER, kind, key, 3, time=app_time, stored=known.app_time))
    if app_type == NEW:
        if gone or (known is not None and _may_come_again(known) and app_time >= known.app_time):
            return _ACCEPTED if gone else Verdict(REPLACE)
        return Verdict(REFUSE, _fault(EXISTS, kind, key, 1))
    if gone or known is None:
        return Verdict(REFUSE, _fault(NOT_FOUND, kind, key, 0))
    fault = change_fault(kind, key, known.trade_state)
    if fault is not None:
        return Verdict(REFUSE, fault)
    return Verdict(REMOVE if app_type == DELETE else REPLACE)


def changeable(trade_state: str) -> bool:
    """Whether documents of a trade in that state may change: before customs has the list or after it gave it back."""
    return not trade_state or trade_state in states.OPEN


def change_fault(kind: Kind, key: str, trade_state: str) -> Fault | None:
    """Why a document of a trade in that state may be neither changed nor deleted; None where it may."""
    return None if changeable(trade_state) else _fault(IN_USE, kind, key, 2)


def _may_come_again(known: Known) -> bool:
    """After 100, a negative answer or the platform's refusal the same number may be declared again (spec §4)."""
    return known.refused or known.trade_state in (states.RETURNED, states.ERROR, states.REFUSED, states.EXPIRED)


def _months_later(day: date, kind: Kind) -> date:
    month = day.month - 1 + kind.reuse_after_months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _fault(rule: Rule, kind: Kind, key: str, place: int, **values: object) -> Fault:
    codes = _OFFICIAL.get((kind.flow, kind.name))
    official = codes[place] if codes else _EXPORT.get(kind.name, "")
    return rule.fault(official=official, **{"what": kind.zh, "what_en": kind.en, "key": readable(key), **values})  # type: ignore[arg-type]
