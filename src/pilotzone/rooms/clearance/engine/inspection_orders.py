"""The life of a joint inspection order 查检合一: states, what may follow what, and what a result must say."""

from __future__ import annotations

from collections.abc import Mapping

from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.errors import Rule

SELECTED, SCHEDULED, OPENED, HELD, DONE, OVERTAKEN = "selected", "scheduled", "opened", "held", "done", "overtaken"
STATES = {
    SELECTED: ("待排期", "to be scheduled"), SCHEDULED: ("已排期", "scheduled"), OPENED: ("开箱查验中", "being opened"),
    HELD: ("已扣留待处理", "held"), DONE: ("已办结", "concluded"), OVERTAKEN: ("海关已先行处理", "customs went ahead"),
}  # fmt: skip
SCHEDULE, OPEN, CONCLUDE, JOIN, REOPEN, OVERTAKE = "schedule", "open", "conclude", "join", "reopen", "overtake"
VERBS = {
    SCHEDULE: ("排期", "schedule"), OPEN: ("开箱", "open"), CONCLUDE: ("录入结果", "conclude"), JOIN: ("加入部门", "join"),
    REOPEN: ("再次查验", "inspect again"), OVERTAKE: ("随海关处理关闭", "follow customs"),
}  # fmt: skip
# verb → the states it begins from and the state it leads to; None: it stays (conclude: by the outcome)
MOVES: dict[str, tuple[frozenset[str], str | None]] = {
    SCHEDULE: (frozenset({SELECTED, SCHEDULED}), SCHEDULED),
    OPEN: (frozenset({SCHEDULED}), OPENED),
    CONCLUDE: (frozenset({OPENED}), None),
    JOIN: (frozenset({SELECTED, SCHEDULED}), None),
    REOPEN: (frozenset({HELD, DONE, OVERTAKEN}), SELECTED),
    OVERTAKE: (frozenset({SELECTED, SCHEDULED, HELD}), OVERTAKEN),
}
# the final words and the return status customs answers with (ceb §4: 500 → 800, 501–599, 700)
RELEASE, HOLD, RETURN, DESTROY = "release", "hold", "return", "destroy"
OUTCOMES = {
    RELEASE: ("放行", "release", "800"), HOLD: ("扣留", "hold", "599"), RETURN: ("退运", "return", "700"),
    DESTROY: ("销毁", "destroy", "599"),
}  # fmt: skip
PASSED, PROBLEM = "passed", "problem"
VERDICTS = {PASSED: ("未见异常", "no problem"), PROBLEM: ("发现问题", "problem found")}
KINDS = {"xray": ("X光机图像", "X-ray image"), "photo": ("照片", "photo"), "paper": ("单据", "paper")}
XRAY = {"clear": ("图像无异常", "image clear"), "suspect": ("图像可疑", "image suspicious")}
SUPERVISION, QUARANTINE = "supervision", "quarantine"
TEAM = (SUPERVISION, QUARANTINE)
# what of a trade's states ends an order that nobody opened yet
ENDED = frozenset({"released", "closed", "sent_back", "returned", "error", "cancelled", "detained"})


def fault(state: str, verb: str) -> Rule | None:
    """Why a verb is not possible in a state; None where it is."""
    return None if state in MOVES[verb][0] else refusals.STATE


def after(state: str, verb: str, *, outcome: str = "") -> str:
    """The state a verb leads to from a state it may begin from."""
    if verb == CONCLUDE:
        return HELD if outcome == HOLD else DONE
    return MOVES[verb][1] or state


def result_fault(supervision: str, quarantine: str, outcome: str, findings: str) -> Rule | None:
    """What is wrong with a result: both verdicts at once, nothing released with a problem, nothing kept back without one."""
    if supervision not in VERDICTS or quarantine not in VERDICTS:
        return refusals.BOTH
    problem = PROBLEM in (supervision, quarantine)
    if outcome not in OUTCOMES or (problem and outcome == RELEASE):
        return refusals.OUTCOME
    if outcome != RELEASE and not (problem and findings.strip()):
        return refusals.GROUND
    return None


def consignment(*, carrier: int | None, waybill: str, trade: int) -> str:
    """What is opened as one: everything under a carrier's waybill, else the one list."""
    return f"waybill:{carrier or 0}:{waybill}" if waybill else f"list:{trade}"


def words(table: Mapping[str, tuple[str, ...]], key: str) -> tuple[str, str]:
    """A key's words in Chinese and English; a key nobody knows stays itself."""
    found = table.get(key)
    return (found[0], found[1]) if found else (key, key)
