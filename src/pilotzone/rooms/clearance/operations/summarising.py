"""汇总申请 drafted from what stands open: one application, in parts of a hundred lists, kept among the firm's drafts to be signed."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.clearance.engine import summary, summary_rules
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.errors import SENTENCES
from pilotzone.rooms.clearance.operations import verbs
from pilotzone.rooms.clearance.queries import summaries

MESSAGE, ACTION = "CEB701Message", "declare.submit"
MOST, A_PART = 5000, 100


def draft(*, month: date, seller: int, customs: str, by_producer: bool = True, by_name: bool = False) -> dict[str, Any]:
    """Draft the application for the open lists of a month, at most 5,000: {cop_no, lists, parts, receipts, more}.

    Refused `clearance.summary.early` while the month runs, `clearance.summary.nothing` where nothing stands open,
    `clearance.summary.not_yours` for who is neither consignor nor declarant of these lists.
    """
    require(ACTION)
    firm = verbs.own_firm()
    today, month = clock.today(), summary.month_of(month)
    if summary_rules.early(month, today):
        raise SENTENCES.refused(
            "clearance.summary.early", month=f"{month:%Y-%m}", first=summary.next_month(month).isoformat()
        )
    found = summaries.open_lists(month, seller=seller, customs=customs, most=MOST + 1)
    if not found:
        raise SENTENCES.refused("clearance.summary.nothing", month=f"{month:%Y-%m}")
    own = {code for code in (firm.customs_code, firm.uscc) if code}
    senders = BY_MESSAGE[MESSAGE].senders
    mine = [one for one in found if any(one.head.get(name, "").strip() in own for name in senders)]
    if not mine:
        raise SENTENCES.refused("clearance.summary.not_yours")
    more, mine = len(mine) > MOST, mine[:MOST]
    number = f"S{month:%y%m}{uuid.uuid4().hex[:12]}".upper()
    head = _head(mine[0].head, firm, number, by_producer=by_producer, by_name=by_name)
    chunks = [mine[start : start + A_PART] for start in range(0, len(mine), A_PART)]
    documents = [
        ({**head, "msgCount": str(len(chunks)), "msgSeqNo": str(seq)}, [{"invtNo": one.number} for one in part])
        for seq, part in enumerate(chunks, start=1)
    ]
    receipts = verbs.submit_rows(message=MESSAGE, documents=documents, channel="desk")
    audit.record(
        "clearance.summary.draft", object_kind="organisation", object_id=firm.pk,
        after={"month": f"{month:%Y-%m}", "customs": customs, "lists": len(mine), "number": number},
    )  # fmt: skip
    return {"cop_no": number, "lists": len(mine), "parts": len(chunks), "receipts": receipts, "more": more}


def _head(listed: Head, firm: Organisation, number: str, *, by_producer: bool, by_name: bool) -> dict[str, str]:
    """Parties as the lists name them; the declarant of the lists makes the declaration as well."""
    parties = {name: listed.get(name, "") for name in ("agentCode", "agentName", "ebcCode", "ebcName")}
    return {
        "appType": "1", "customsCode": listed.get("customsCode", ""), "copNo": number, **parties,
        "declAgentCode": parties["agentCode"], "declAgentName": parties["agentName"],
        "summaryFlag": summary.BY_PRODUCER if by_producer else summary.BY_SELLER,
        "itemNameFlag": summary.BY_NAME if by_name else "0",
    }  # fmt: skip
