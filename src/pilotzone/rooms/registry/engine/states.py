"""The life of a filing: which verb leads from which state to which, and what each is called.

draft → confirmed → (prereviewed by county or park) → accepted → valid → changing, suspended, cancelled; returned goes back
to the firm with remarks. In force are valid and changing alone: a filing counts only once its firm confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.rooms.registry.errors import refused

DRAFT, CONFIRMED, PREREVIEWED, RETURNED, ACCEPTED = "draft", "confirmed", "prereviewed", "returned", "accepted"
VALID, CHANGING, SUSPENDED, CANCELLED = "valid", "changing", "suspended", "cancelled"
IN_FORCE = frozenset({VALID, CHANGING})
WAITING = frozenset({CONFIRMED, PREREVIEWED, CHANGING})
STATES = {
    DRAFT: ("草稿", "draft"), CONFIRMED: ("已确认待审", "confirmed, waiting"), PREREVIEWED: ("已初审待受理", "reviewed by county or park"),
    RETURNED: ("已退回", "sent back"), ACCEPTED: ("已受理", "accepted"), VALID: ("有效", "in force"),
    CHANGING: ("变更审核中", "change under review"), SUSPENDED: ("已暂停", "suspended"), CANCELLED: ("已注销", "cancelled"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its words, the action it takes (data/units/roles.yaml), from which states to which, whether it says why."""

    zh: str
    en: str
    action: str
    moves: dict[str, str]
    reason: bool = False


FILL, BULK, REVIEW, DECIDE, SYSTEM = "filing.fill", "filing.bulk", "filing.review", "filing.decide", ""
VERBS: dict[str, Verb] = {
    "fill": Verb("填写", "filled in", FILL, {DRAFT: DRAFT, RETURNED: RETURNED}),
    "bulk": Verb("批量填报", "drafted in bulk", BULK, {DRAFT: DRAFT}),
    "ask": Verb("核对登记", "checked with the registers", FILL, {one: one for one in (DRAFT, RETURNED, VALID, CHANGING)}),
    "verify": Verb("验证身份", "verified", FILL, {one: one for one in (DRAFT, RETURNED, VALID, CHANGING)}),
    "confirm": Verb("确认", "confirmed", FILL, {DRAFT: CONFIRMED, RETURNED: CONFIRMED}),
    "withdraw": Verb("撤回", "withdrawn", FILL, {CONFIRMED: DRAFT, PREREVIEWED: DRAFT, CHANGING: VALID}),
    "prereview": Verb("初审通过", "reviewed", REVIEW, {CONFIRMED: PREREVIEWED}),
    "send_back": Verb("初审退回", "sent back by the county or park", REVIEW, {CONFIRMED: RETURNED}, True),
    "return": Verb("退回", "sent back", DECIDE, {CONFIRMED: RETURNED, PREREVIEWED: RETURNED}, True),
    "accept": Verb("受理", "accepted", DECIDE, {CONFIRMED: ACCEPTED, PREREVIEWED: ACCEPTED}),
    "take_effect": Verb("生效", "in force", SYSTEM, {ACCEPTED: VALID}),
    "note": Verb("更新", "updated", FILL, {VALID: VALID}),
    "change": Verb("申请变更", "change asked for", FILL, {VALID: CHANGING}, True),
    "accept_change": Verb("准予变更", "change granted", DECIDE, {CHANGING: VALID}),
    "return_change": Verb("变更退回", "change refused", DECIDE, {CHANGING: VALID}, True),
    "suspend": Verb("暂停", "suspended", DECIDE, {VALID: SUSPENDED, CHANGING: SUSPENDED}, True),
    "resume": Verb("恢复", "resumed", DECIDE, {SUSPENDED: VALID}, True),
    "ask_cancel": Verb("申请注销", "cancellation asked for", FILL, {VALID: VALID, CHANGING: CHANGING, SUSPENDED: SUSPENDED}, True),
    "cancel": Verb("注销", "cancelled", DECIDE, dict.fromkeys((ACCEPTED, VALID, CHANGING, SUSPENDED), CANCELLED), True),
    "drop": Verb("放弃草稿", "draft given up", FILL, {DRAFT: CANCELLED, RETURNED: CANCELLED}, True),
    "reopen": Verb("重新备案", "begun again", FILL, {CANCELLED: DRAFT}),
}  # fmt: skip


def move(state: str, verb: str) -> str:
    """The state after `verb`; Refused `registry.filing.state` where it does not lead anywhere from `state`."""
    told = VERBS[verb]
    if state not in told.moves:
        zh, en = STATES[state]
        raise refused("registry.filing.state", state=zh, state_en=en, verb=told.zh, verb_en=told.en)
    return told.moves[state]


def offered(state: str) -> tuple[str, ...]:
    """The verbs that lead somewhere from a state, in the order of the table."""
    return tuple(name for name, verb in VERBS.items() if state in verb.moves)
