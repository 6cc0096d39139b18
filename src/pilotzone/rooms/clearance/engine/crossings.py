"""Which word of customs stands where two of them cross: a receipt on a list, a cancellation or a return, in every state.

Sources: ceb spec §4 (final states; 100 follows 2, 3, 120, 300 and 500; 800 is followed by 899 alone; 399 closes a
cancellation), §6.4 and -623005; GACC 2018-194 names the cancellation after the release (docs/adr/0017). Of 800 and the 399 of a
cancellation the later by customs' return time stands, at equal times the release; 899, and 501–599 and 700 without a release,
stand over any cancellation. The outcome does not depend on the order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.rooms.clearance.engine import kinds, states
from pilotzone.rooms.clearance.errors import WARNS, Rule

SPEC = "海关跨境统一版规范 ceb §4"
# what a receipt does to its trade
FOLLOWED, LATE, CROSSED, TOLD = "followed", "late", "crossed", "told"
CANCELLED_SINCE = (
    "cancelled_since"  # released, and by customs' time cancelled after that: both are followed, in this order
)
CANCELS, GIVES_BACK, GIVES_BACK_LATER = "cancels", "gives_back", "gives_back_later"
REFUSES, VOID = "refuses", "void"
Said = tuple[str, str]  # what customs said: return time, status


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
CANCELLED_AFTER = Why(
    "cancelled after the release", "海关在放行之后撤销清单，以海关回执为准", "customs cancelled the list after its release; its word stands",
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
AFTER_RELEASE = Rule(
    "rule.cancel.after_release", whose="customs", official="2300", tag="C", weight=WARNS,
    zh="海关在放行之后撤销清单（适用情形、期限未见公布），以海关回执为准；平台记入的额度、担保已解除",
    en="customs cancelled the list after its release (when it may is not published); its word stands, amount and guarantee booked here are set free",
    source=f"海关总署公告2018年第194号；{SPEC}（399）",
    mend_zh="如有疑问请向放行海关询问；货物需要重新申报的，按新清单办理",
    mend_en="Ask the customs office of release; goods to be declared again take a new list.",
)  # fmt: skip
AFTER_BILL = Rule(
    "rule.cancel.billed", whose="customs", tag="C", weight=WARNS,
    zh="被撤销的清单已出电子税单：未缴的由海关作废（CEB818），已缴的自缴款之日起一年内向海关申请退还",
    en="the cancelled list has a tax bill: customs voids it while it is unpaid (CEB818); what was paid is claimed back within a year",
    source="海关总署公告2018年第194号；《中华人民共和国海关法》第六十三条",
    mend_zh="未收到税单作废状态的，请向放行海关申请作废或退税", mend_en="Without the bill's cancellation ask the customs office to void it or to refund.",
)  # fmt: skip
NOT_HELD = Rule(
    "rule.cancel.not_held_again", whose="zone", tag="P", weight=WARNS,
    zh="海关重新放行该清单；原预扣的税款担保已随撤销解除，现可用额度不足，未能重新预扣",
    en="customs released the list again; the guarantee set free with its cancellation is no longer enough and was not held again",
    source="docs/adr/0017-cancellation-after-release.md",
    mend_zh="请担保企业补足担保或及时缴纳税款", mend_en="The guarantor lodges more or pays the tax in time.",
)  # fmt: skip
WHYS = {
    one.key: one
    for one in (
        PAST, UNKNOWN_LISTS, UNKNOWN_LIST, UNKNOWN_MESSAGE, LATER, UNKNOWN, AGAINST_RELEASE, AGAINST_FINAL, AGAINST_CANCEL, CANCEL_TOO_LATE, CANCELLED_AFTER, NOTHING_TO_RETURN, SURPRISE)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receipt does, and why where it does not do what it says."""

    what: str
    why: Why | None = None


def of_list(state: str, stored: Said | None, incoming: Said, cancelled: str = "") -> Verdict:
    """A receipt on the list of a trade in `state` whose receipt `stored` stands; `cancelled`: the return time of the latest
    cancellation that customs closed, empty where there is none."""
    final = states.finality(incoming[1])
    if state == states.CANCELLED and not final:
        return Verdict(CROSSED, AGAINST_CANCEL)
    if stored is not None and states.finality(stored[1]) and state != states.CANCELLED and state not in states.FINAL:
        stored = None  # declared anew since: that word was of the list before
    undone = final == states.finality("800") and cancelled > incoming[0]
    if states.takes_over(stored, incoming):
        if undone:
            # a trade that goes on although a cancellation was closed was declared anew
            ended = state == states.CANCELLED or state in states.FINAL
            return Verdict(CANCELLED_SINCE, CANCELLED_AFTER) if ended else Verdict(CROSSED, AGAINST_CANCEL)
        fits = stored is None or state == states.CANCELLED or states.expected(stored[1], incoming[1])
        return Verdict(FOLLOWED, None if fits else SURPRISE)
    if stored is not None and states.finality(stored[1]) > final and incoming[0] > stored[0]:
        if state == states.CANCELLED:
            return Verdict(CROSSED, AGAINST_CANCEL)
        released = states.status(stored[1]).state in states.RELEASED_OR_CLOSED
        return Verdict(CROSSED, AGAINST_RELEASE if released else AGAINST_FINAL)
    return Verdict(LATE, LATER)


def of_application(kind: str, state: str, stands: Said | None, incoming: Said) -> Verdict:
    """A receipt that took over on a cancellation or a return (`kind`) of a trade in `state`; `stands`: its list's receipt."""
    code = incoming[1]
    if states.status(code).again and code != "1":
        return Verdict(REFUSES)
    if code not in (states.CANCEL_CLOSED if kind == kinds.CANCEL else states.GIVEN_BACK):
        return Verdict(TOLD)
    if kind == kinds.CANCEL:
        return _of_cancellation(stands, incoming[0])
    if state in states.RELEASED_OR_CLOSED:
        return Verdict(GIVES_BACK)
    if state in states.BOOKED:
        return Verdict(GIVES_BACK_LATER)  # its receipt overtook the release
    return Verdict(VOID, NOTHING_TO_RETURN)


def _of_cancellation(stands: Said | None, closed: str) -> Verdict:
    time, status = stands or ("", "")
    if not states.finality(status):
        return Verdict(CANCELS)
    if states.status(status).state == states.RELEASED and closed > time:
        return Verdict(CANCELS, CANCELLED_AFTER)
    return Verdict(CROSSED, CANCEL_TOO_LATE)
