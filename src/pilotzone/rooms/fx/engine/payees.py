"""F8 and F9: who exports collects, or it is documented why somebody else does."""

from __future__ import annotations

from pilotzone.rooms.fx.engine.lacks import lacking
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import REFUSE, SERVICE, WAIT, Advice, Collecting, Evidence, Payee
from pilotzone.rooms.fx.errors import reason

OWN, CLIENT, MARKET, AGENCY, OTHER, UNKNOWN = "own", "client", "market", "agency", "other", "unknown"
DOCUMENTED = {MARKET: ("市场采购（1039）", "market purchase (1039)"), AGENCY: ("代理出口协议", "an agency agreement")}
CONDITIONS = {
    "system": ("系统能力", "an able system"), "client": ("客户身份已识别", "the client identified"),
    "trade_info": ("交易电子信息", "electronic information of the trade"),
    "reports": ("为客户办理收汇申报", "reports of receipts made for the client"), "rights": ("收汇权责清晰", "clear rights and duties"),
}  # fmt: skip


def judge(told: Advice, payee: Payee, evidence: Evidence, law: Law) -> None:
    """Say whether payee and exporter are one, or what stands for it. Nothing linked says nothing yet."""
    if evidence.payee in (OWN, UNKNOWN):
        return
    if evidence.payee in DOCUMENTED:
        zh, en = DOCUMENTED[evidence.payee]
        told.say(reason("rule.fx.payee_documented", how_zh=zh, how_en=en))
    elif evidence.payee == CLIENT and payee.kind == SERVICE:
        collecting(told, evidence.collecting or Collecting(), law)
    else:
        told.say(reason("rule.fx.payee"), REFUSE)


def collecting(told: Advice, shows: Collecting, law: Law) -> None:
    """F8: a service enterprise collects for its client where all five conditions are met."""
    if not law.stands("fx.collection_for_clients"):
        told.say(reason("rule.fx.collecting_not_yet"), REFUSE)
        return
    source = law.source("fx.collection_for_clients")
    lacks = [words for name, words in CONDITIONS.items() if not getattr(shows, name)]
    if lacks:
        told.missing += [name for name in CONDITIONS if not getattr(shows, name)]
        told.say(reason("rule.fx.collecting_lacks", source=source, **lacking(lacks)), WAIT)
    else:
        told.say(reason("rule.fx.collecting", source=source))
