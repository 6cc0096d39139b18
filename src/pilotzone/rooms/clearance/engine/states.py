"""The states of a trade: what the platform did, and what customs says (ceb spec §4).

Customs' receipts arrive repeated and out of order. The state they give is the greatest receipt by finality, then by return
time, then by place in the order of §4, so it does not depend on the order of arrival; what crosses is engine.crossings'.
"""

from __future__ import annotations

from dataclasses import dataclass

# the platform's own
WAITING, GAP, REFUSED, PASSED, SENT, EXPIRED, CANCELLED, PAST = (
    "waiting", "gap", "refused", "passed", "sent", "expired", "cancelled", "past",
)  # fmt: skip
# customs' and E-port's
DECLARING, AT_CUSTOMS, SEND_FAILED, RETURNED, STORED, REVIEW, EXAMINED, INSPECTION, DETAINED = (
    "declaring", "at_customs", "send_failed", "returned", "stored", "review", "examined", "inspection", "detained",
)  # fmt: skip
HANDED_OVER, SUSPENDED, SENT_BACK, RELEASED, CLOSED, ERROR, UNKNOWN = (
    "handed_over", "suspended", "sent_back", "released", "closed", "error", "unknown",
)  # fmt: skip
ALL = (
    WAITING, GAP, REFUSED, PASSED, SENT, EXPIRED, CANCELLED, PAST, DECLARING, AT_CUSTOMS, SEND_FAILED, RETURNED, STORED, REVIEW,
    EXAMINED, INSPECTION, DETAINED, HANDED_OVER, SUSPENDED, SENT_BACK, RELEASED, CLOSED, ERROR, UNKNOWN,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Status:
    """A return status: its state, place in the order of §4, whether a list may be declared again, and its words."""

    state: str
    rank: int
    final: bool
    again: bool
    zh: str
    en: str


_STATUS = {
    "1": Status("draft", 0, False, True, "电子口岸已暂存", "draft stored at E-port"),
    "2": Status(DECLARING, 10, False, False, "电子口岸申报中", "being declared at E-port"),
    "4": Status(SEND_FAILED, 15, False, False, "发送海关失败", "sending to customs failed"),
    "3": Status(AT_CUSTOMS, 20, False, False, "发送海关成功", "sent to customs"),
    "120": Status(STORED, 30, False, False, "海关入库", "in the customs store"),
    "300": Status(REVIEW, 40, False, False, "人工审核", "manual review"),
    "600": Status(SUSPENDED, 45, False, False, "挂起", "suspended"),
    "500": Status(INSPECTION, 50, False, False, "查验", "inspection"),
    "100": Status(RETURNED, 55, True, True, "海关退单", "returned by customs"),
    "399": Status(EXAMINED, 60, False, False, "海关审结", "examined and closed by customs"),
    "501": Status(DETAINED, 70, True, False, "扣留移送通关", "detained: to clearance"),
    "502": Status(DETAINED, 70, True, False, "扣留移送缉私", "detained: to anti-smuggling"),
    "503": Status(DETAINED, 70, True, False, "扣留移送法规", "detained: to legal affairs"),
    "505": Status(HANDED_OVER, 70, False, False, "移交", "handed over"),
    "599": Status(DETAINED, 70, True, False, "其它扣留", "detained: other"),
    "700": Status(SENT_BACK, 75, True, False, "退运", "sent back abroad"),
    "800": Status(RELEASED, 80, True, False, "放行", "released"),
    "899": Status(CLOSED, 90, True, False, "结关", "closed"),
}
_NEGATIVE = Status(ERROR, 5, True, True, "处理失败", "processing error")
_STRANGE = Status(UNKNOWN, 0, False, False, "未知回执状态", "unknown return status")

# where each party's turn comes: who holds the trade now
HOLDER = {
    WAITING: "", GAP: "zone", REFUSED: "", EXPIRED: "", PASSED: "platform", SENT: "customs", DECLARING: "customs",
    AT_CUSTOMS: "customs", SEND_FAILED: "platform", RETURNED: "declarant", STORED: "customs", REVIEW: "customs",
    EXAMINED: "customs", INSPECTION: "customs", DETAINED: "customs", HANDED_OVER: "customs", SUSPENDED: "customs",
    SENT_BACK: "logi", RELEASED: "logi", CLOSED: "logi", ERROR: "declarant", CANCELLED: "", UNKNOWN: "customs",
    PAST: "",
}  # fmt: skip

# before customs has it, or after it gave it back: the list and its documents may still change (spec §6.4)
OPEN = frozenset({WAITING, GAP, REFUSED, EXPIRED, RETURNED, ERROR, CANCELLED, "draft"})
# the buyer's amount is booked from the pass until customs gives the list back (spec §6.5)
BOOKED = frozenset({
    PASSED, SENT, DECLARING, AT_CUSTOMS, SEND_FAILED, STORED, REVIEW, EXAMINED, INSPECTION, DETAINED, HANDED_OVER,
    SUSPENDED, RELEASED, CLOSED, UNKNOWN,
})  # fmt: skip
RELEASED_OR_CLOSED = (RELEASED, CLOSED)
# receipts that close a return in the applicant's favour; of a cancellation 399 alone does
GIVEN_BACK, CANCEL_CLOSED = frozenset({"399", "800"}), frozenset({"399"})
FINAL = (DETAINED, SENT_BACK, RELEASED, CLOSED)
# what is final for a list, and the greater stays: detained or sent back, released, closed (§4)
_FINALITY = {DETAINED: 1, SENT_BACK: 1, RELEASED: 2, CLOSED: 3}


def status(code: str) -> Status:
    """The meaning of a return status. Any negative number is a processing error; the rest is unknown."""
    known = _STATUS.get(code)
    if known is not None:
        return known
    return _NEGATIVE if code.startswith("-") and code[1:].isdigit() else _STRANGE


def finality(code: str) -> int:
    """How final a status is for a list: 0 not, 1 detained or sent back, 2 released, 3 closed. A lesser one never follows."""
    return _FINALITY.get(status(code).state, 0)


def order(return_time: str, code: str) -> tuple[int, str, int, str]:
    """What makes one receipt of a list stand over another: finality, return time (17 digits), place in §4, the code itself."""
    return (finality(code), return_time, status(code).rank, code)


def takes_over(stored: tuple[str, str] | None, incoming: tuple[str, str]) -> bool:
    """Whether `incoming` (return time, status) replaces a list's stored receipt: never the same again."""
    return stored is None or order(*incoming) > order(*stored)


def later(stored: tuple[str, str] | None, incoming: tuple[str, str]) -> bool:
    """Whether `incoming` replaces the stored receipt of any other document: later only, never the same again."""
    return stored is None or order(*incoming)[1:] > order(*stored)[1:]


def expected(before: str, after: str) -> bool:
    """Whether §4 lets status `after` follow `before`. Customs is followed either way; a surprise is noted."""
    if not before:
        return True
    was, now = status(before), status(after)
    if now.state in (UNKNOWN, HANDED_OVER) or before == after:
        return now.state != UNKNOWN
    if was.state == RELEASED:
        return now.state == CLOSED
    if was.final and not was.again:
        return False
    if now.again:
        return was.rank < _STATUS["399"].rank or was.again
    return was.again or now.rank >= was.rank or (before, after) == ("4", "2")


WORDS = {
    WAITING: ("等待单证", "waiting for documents"),
    GAP: ("商品资料缺口", "goods not in the reference"),
    REFUSED: ("平台未通过", "not passed by the platform"),
    EXPIRED: ("等待超时", "waited too long"),
    PASSED: ("核对通过", "checked and passed"),
    SENT: ("已发送海关", "sent to customs"),
    CANCELLED: ("已撤销", "cancelled"),
    PAST: ("历史单证", "past documents"),
}


def words(state: str, code: str = "") -> tuple[str, str]:
    """The state in Chinese and English; `code` is customs' return status where customs gave the state."""
    if state in WORDS:
        return WORDS[state]
    known = status(code) if code else next((s for s in _STATUS.values() if s.state == state), _STRANGE)
    return (known.zh, known.en)
