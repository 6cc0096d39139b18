"""The life of a case: which verb leads from which state to which, and what each is called.

draft → submitted → accepted → working (step by step) → approved or refused → closed. Returned goes to the applicant with
remarks and comes back where it was; withdrawn ends it. No verb moves a case by silence: nothing is granted tacitly.
"""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.rooms.services.errors import refused

DRAFT, SUBMITTED, ACCEPTED, WORKING, RETURNED = "draft", "submitted", "accepted", "working", "returned"
WITHDRAWN, APPROVED, REFUSED, CLOSED = "withdrawn", "approved", "refused", "closed"
AT_DESK = frozenset({SUBMITTED, ACCEPTED, WORKING})
DECIDED = frozenset({APPROVED, REFUSED})
ENDED = frozenset({WITHDRAWN, CLOSED, *DECIDED})
STATES = {
    DRAFT: ("暂存", "draft"), SUBMITTED: ("已提交", "submitted"), ACCEPTED: ("已受理", "accepted"),
    WORKING: ("办理中", "in progress"), RETURNED: ("退回补正", "sent back to be corrected"), WITHDRAWN: ("已撤回", "withdrawn"),
    APPROVED: ("准予", "granted"), REFUSED: ("不予", "refused"), CLOSED: ("办结", "done"),
}  # fmt: skip
BACK, NEXT, SAME = "@back", "@next", "@same"
FILL, DECIDE = "service.apply", "service.decide"


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb: its words, the right it takes (data/units/roles.yaml), from where to where, whether it says why."""

    zh: str
    en: str
    action: str
    moves: dict[str, str]
    reason: bool = False


VERBS: dict[str, Verb] = {
    "save": Verb("暂存", "kept as a draft", FILL, {DRAFT: DRAFT, RETURNED: RETURNED}),
    "attach": Verb("上传材料", "paper added", FILL, {DRAFT: DRAFT, RETURNED: RETURNED}),
    "submit": Verb("提交", "submitted", FILL, {DRAFT: SUBMITTED}),
    "resubmit": Verb("补正后提交", "corrected", FILL, {RETURNED: BACK}),
    "withdraw": Verb("撤回", "withdrawn", FILL, dict.fromkeys((DRAFT, SUBMITTED, ACCEPTED, WORKING, RETURNED), WITHDRAWN), True),
    "urge": Verb("催办", "urged", FILL, {one: one for one in (SUBMITTED, ACCEPTED, WORKING)}),
    "close": Verb("签收通知书", "notice received", FILL, {APPROVED: CLOSED, REFUSED: CLOSED}),
    "accept": Verb("受理", "accepted", DECIDE, {SUBMITTED: ACCEPTED}),
    "decline": Verb("不予受理", "not accepted", DECIDE, {SUBMITTED: REFUSED}, True),
    "return": Verb("退回补正", "sent back to be corrected", DECIDE, dict.fromkeys((SUBMITTED, ACCEPTED, WORKING), RETURNED)),
    "hand_over": Verb("转办", "handed over", DECIDE, {one: one for one in (SUBMITTED, ACCEPTED, WORKING)}, True),
    "pass": Verb("办理通过", "passed", DECIDE, {ACCEPTED: NEXT, WORKING: NEXT}),
    "refuse": Verb("不予", "refused", DECIDE, {ACCEPTED: REFUSED, WORKING: REFUSED}, True),
}  # fmt: skip


def move(state: str, verb: str, *, back: str = "", last: bool = False) -> str:
    """The state after `verb`. `back`: where a returned case was; `last`: the pass that ends the last step.

    Refused `service.case.state` where the verb leads nowhere from `state`.
    """
    told = VERBS[verb]
    if state not in told.moves:
        zh, en = STATES[state]
        raise refused("service.case.state", state=zh, state_en=en, verb=told.zh, verb_en=told.en)
    went = told.moves[state]
    if went == NEXT:
        return APPROVED if last else WORKING
    return back if went == BACK else went


def offered(state: str) -> tuple[str, ...]:
    """The verbs that lead somewhere from a state, in the order of the table."""
    return tuple(name for name, verb in VERBS.items() if state in verb.moves)
