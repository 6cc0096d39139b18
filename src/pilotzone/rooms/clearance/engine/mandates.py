"""代理授权: which documents may be entrusted, by which enterprises to which (194号, regulations §1.2 and §1.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, ROLE_OF_FIELD

RUNNING, COMING, ENDED, REVOKED = "running", "coming", "ended", "revoked"
STATES = (RUNNING, COMING, ENDED, REVOKED)
_DECLARANT, _SELLER = "agentCode", "ebcCode"
_WORDS = {
    "order": ("订单", "order"), "payment": ("支付单", "payment"), "receipts": ("收款单", "receipt of payment"),
    "list": ("申报清单", "declaration list"), "cancel": ("撤销申请单", "cancellation"), "refund": ("退货申请单", "return application"),
    "summary": ("汇总申请单", "summary application"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entrusted:
    """A kind of document that may be entrusted: by enterprises of `principals` roles to those of `agents` roles."""

    name: str
    zh: str
    en: str
    principals: frozenset[str]
    agents: frozenset[str]


def _table() -> dict[str, Entrusted]:
    found: dict[str, Entrusted] = {}
    for kind in BY_MESSAGE.values():
        if kind.entrusted:
            # who is responsible gives it to an express or post operator, or to a declarant
            principals, agents = {ROLE_OF_FIELD[one] for one in kind.senders}, {"logi", "agent"}
        elif _DECLARANT in kind.senders and _SELLER in kind.senders:
            principals, agents = {"ebc"}, {"agent"}
        else:
            continue
        before = found.get(kind.name)
        if before is not None:
            principals, agents = principals | before.principals, agents | before.agents
        found[kind.name] = Entrusted(kind.name, *_WORDS[kind.name], frozenset(principals), frozenset(agents))
    return found


KINDS = _table()


def wrong_kinds(kinds: Collection[str], principal: Collection[str], agent: Collection[str]) -> list[str]:
    """Those of `kinds` that an enterprise of the one roles cannot entrust to one of the other roles."""
    known = {name for name in kinds if name in KINDS}
    fits = {name for name in known if KINDS[name].principals & set(principal) and KINDS[name].agents & set(agent)}
    return sorted(set(kinds) - fits)


def state_of(first: date, last: date | None, *, revoked: bool, on: date) -> str:
    """Where a mandate stands on a day."""
    if revoked:
        return REVOKED
    if on < first:
        return COMING
    return ENDED if last is not None and on > last else RUNNING


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two spans share a day; None is without end."""
    (first, last), (from_, to) = one, other
    return (to is None or first <= to) and (last is None or from_ <= last)


def words(kinds: Sequence[str]) -> tuple[str, str]:
    """The kinds of a mandate in Chinese and English."""
    found = [KINDS[name] for name in kinds if name in KINDS]
    return "、".join(one.zh for one in found), ", ".join(one.en for one in found)
