"""Which word of customs stands where two of them cross: a receipt on a list, a cancellation or a return, in every state.

Sources: ceb spec §4 (final states; 100 follows 2, 3, 120, 300 and 500; 800 is followed by 899 alone; 399 closes a
cancellation), §6.4 and -623005 (a released list is not cancelled). Of 800 (501–599, 700) and the 399 of a cancellation the
list's own word stands, whichever came first and whatever their times: the outcome does not depend on the order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.rooms.clearance.engine import kinds, states

SPEC = "海关跨境统一版规范 ceb §4"
# what a receipt does to its trade
FOLLOWED, LATE, CROSSED, TOLD = "followed", "late", "crossed", "told"
CANCELS, GIVES_BACK, GIVES_BACK_LATER = "cancels", "gives_back", "gives_back_later"
REFUSES, VOID = "refuses", "void"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a receipt was kept and changed nothing, as the receipts of a trade show it."""

    key: str
    zh: str
    en: str


LATER = Why("not later than the stored receipt", "不晚于已采用的回执", "not later than the receipt that stands")
UNKNOWN = Why("unknown document", "没有对应的单证", "no such document is known here")
AGAINST_RELEASE = Why(
    "after the release", "清单已放行，此后只能结关（899）", "the list is released; only 899 may follow"
)
AGAINST_FINAL = Why("after a final receipt", "清单已有终态回执", "the list has its final receipt already")
AGAINST_CANCEL = Why("after the cancellation", "清单已撤销", "the list is cancelled")
CANCEL_TOO_LATE = Why(
    "the list was final before the cancellation", "清单已有终态，撤销不生效", "the list is final; the cancellation has no effect",
)  # fmt: skip
NOTHING_TO_RETURN = Why(
    "nothing to return", "清单未放行便已终结，无可退货", "the list ended without a release; nothing can come back"
)
SURPRISE = Why(
    "unexpected after the stored one",
    "不在规范次序内，按海关回执执行",
    "out of the order of the specification; customs' word is followed",
)
PAST = Why("past receipt of a live trade", "历史回执不改变在办的票", "a receipt of the past changes no live trade")
UNKNOWN_LISTS = Why("unknown lists", "其中清单不在本平台", "its lists are not known here")
UNKNOWN_LIST = Why("unknown list", "清单不在本平台", "its list is not known here")
UNKNOWN_MESSAGE = Why("unknown message", "不是本平台转发的报文", "not a message this platform sent")
WHYS = {
    one.key: one
    for one in (
        PAST, UNKNOWN_LISTS, UNKNOWN_LIST, UNKNOWN_MESSAGE, LATER, UNKNOWN, AGAINST_RELEASE, AGAINST_FINAL, AGAINST_CANCEL, CANCEL_TOO_LATE, NOTHING_TO_RETURN, SURPRISE)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receipt does, and why where it does not do what it says."""

    what: str
    why: Why | None = None


def of_list(state: str, stored: tuple[str, str] | None, incoming: tuple[str, str]) -> Verdict:
    """A receipt (return time, status) on the list of a trade in `state` whose receipt `stored` stands."""
    final = states.finality(incoming[1])
    if state == states.CANCELLED and not final:
        return Verdict(CROSSED, AGAINST_CANCEL)
    if states.takes_over(stored, incoming):
        fits = stored is None or state == states.CANCELLED or states.expected(stored[1], incoming[1])
        return Verdict(FOLLOWED, None if fits else SURPRISE)
    if stored is not None and states.finality(stored[1]) > final and incoming[0] > stored[0]:
        released = states.status(stored[1]).state in states.RELEASED_OR_CLOSED
        return Verdict(CROSSED, AGAINST_RELEASE if released else AGAINST_FINAL)
    return Verdict(LATE, LATER)


def of_application(kind: str, state: str, list_status: str, code: str) -> Verdict:
    """A receipt that took over on a cancellation or a return (`kind`) of a trade in `state`; `list_status`: its list's receipt."""
    if states.status(code).again and code != "1":
        return Verdict(REFUSES)
    if code not in (states.CANCEL_CLOSED if kind == kinds.CANCEL else states.GIVEN_BACK):
        return Verdict(TOLD)
    if kind == kinds.CANCEL:
        return Verdict(CROSSED, CANCEL_TOO_LATE) if states.finality(list_status) else Verdict(CANCELS)
    if state in states.RELEASED_OR_CLOSED:
        return Verdict(GIVES_BACK)
    if state in states.BOOKED:
        return Verdict(GIVES_BACK_LATER)  # its receipt overtook the release
    return Verdict(VOID, NOTHING_TO_RETURN)
