"""What a list is asked for: the filter bar's fields read from an address, kept as typed, nonsense never in a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.kernel import clock
from pilotzone.portal.desks.typed import clean
from pilotzone.reference import codes
from pilotzone.ui.listing import Filter
from pilotzone.ui.states import PARTIES, STATES
from pilotzone.ui.wording import said

FLOWS = ("I", "E")
MODES = ("9610", "1210", "9710", "9810")
HOLDERS = ("ebp", "ebc", "pay", "logi", "declarant", "area", "platform", "customs", "zone")
# one choice may be several states of the room
STATE_KEYS = (
    "waiting", "gap", "passed", "sent", "declaring", "at_customs", "stored", "review", "inspection", "examined", "released",
    "closed", "refused", "expired", "returned", "error", "suspended", "detained", "sent_back", "cancelled",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """The filters as the clearance room takes them, the same as typed, and what could not be read."""

    filters: dict[str, Any]
    typed: dict[str, str]
    wrong: list[str] = field(default_factory=list)


def read(query: QueryDict) -> Asked:
    """The filters of an address. A value nobody knows is left out of the search and named in `wrong`."""
    typed = {name: clean(query.get(name, "")) for name in NAMES}
    wrong: list[str] = []
    filters: dict[str, Any] = {}
    for name, known in (("state", STATE_KEYS), ("flow", FLOWS), ("mode", MODES), ("holder", HOLDERS)):
        if typed[name] in known:
            filters[name] = typed[name]
        elif typed[name]:
            wrong.append(typed[name])
    for name in ("since", "until", "back"):
        try:
            filters |= {name: date.fromisoformat(typed[name])} if typed[name] else {}
        except ValueError:
            wrong.append(typed[name])
    for name in ("number", "customs"):
        if typed[name]:
            filters[name] = typed[name]
    for name in ("mine", "history"):
        if typed[name] == "1":
            filters[name] = True
    return Asked(filters, typed, wrong)


NAMES = ("number", "state", "flow", "mode", "customs", "holder", "since", "until", "back", "mine", "history")


def bar(asked: Asked, *, officer: bool) -> list[Filter]:
    """The filter bar: for an officer by customs district, for a firm by what waits for itself."""
    typed = asked.typed
    who = [(code, _(PARTIES[code])) for code in HOLDERS]
    flows = [("I", _("进口")), ("E", _("出口"))]
    yes = [("1", _("是"))]
    fields = [
        Filter("number", _("单号"), "search", value=typed["number"]),
        Filter("state", _("状态"), "select", states(), typed["state"]),
        Filter("flow", _("进出口"), "select", flows, typed["flow"]),
        Filter("mode", _("监管方式"), "select", [(mode, mode) for mode in MODES], typed["mode"]),
        Filter("holder", _("在谁手里/缺谁的单证"), "select", who, typed["holder"]),
        Filter("since", _("起始日"), "date", value=typed["since"]),
        Filter("until", _("截止日"), "date", value=typed["until"]),
    ]
    if officer:
        fields.append(Filter("customs", _("关区"), "select", districts(), typed["customs"]))
    else:
        fields.append(Filter("mine", _("只看待我方办理"), "select", yes, typed["mine"]))
    return [*fields, Filter("history", _("补录的历史单证"), "select", yes, typed["history"])]


def states() -> list[tuple[str, str]]:
    """Every state a trade may be in, as (key, word)."""
    words = {key: state.word for state in STATES for key in state.keys}
    told = {key: _(words[key]) for key in STATE_KEYS}
    # the list shows both by one word; a choice must say which it is (statuses 2 and 3)
    told["at_customs"] = _("申报中（发送海关成功）")
    return list(told.items())


def districts() -> list[tuple[str, str]]:
    """The customs districts of the zone's own customs: Nanchang's codes begin with 40."""
    found = codes.entries("customs_district", on=clock.today())
    return [
        (one.code, f"{one.code} {said(one, language=get_language() or 'zh-hans')}")
        for one in found
        if one.code.startswith("40")
    ]
