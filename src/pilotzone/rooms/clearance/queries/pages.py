"""What pages ask: trades, one trade with everything about it, one document, the day's counters.

Row-level security decides what the caller sees; nothing here widens it. Personal fields come masked unless they are
the caller's own (`is_open`); opening the rest is a verb with a reason (operations.verbs.open_personal).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count

from pilotzone.kernel.access.actor import AGENCY, CONSUMER, ENTERPRISE
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.masking import mask_address, mask_id, mask_name, mask_phone
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import crossings, keys, kinds, states, summary
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.engine.rows import SENDER_OF, SLOTS, split_personal
from pilotzone.rooms.clearance.models import Document, Message, Receipt, Trade, Urge
from pilotzone.rooms.clearance.queries import contents, search, summaries
from pilotzone.rooms.clearance.queries.search import PAGE
from pilotzone.rooms.clearance.queries.todo import ROLES

DEEPEST = 1_000_000  # rows a list is paged to; whoever wants more narrows it
NUMBERS = ("order_no", "pay_no", "logistics_no", "cop_no", "pre_no", "invt_no", "bill_no")
NAMES = {
    kinds.ORDER: ("订单", "order"), kinds.PAYMENT: ("支付单", "payment"), kinds.WAYBILL: ("运单", "waybill"),
    kinds.LIST: ("清单", "list"), kinds.MONEY_RECEIPT: ("收款单", "receipt of payment"),
}  # fmt: skip
# in whose hands a document's personal fields are open: who wrote it, and who sold, sells or declares it
OPEN_TO = ("ebpCode", "ebcCode", "agentCode")

SUMMARY_RECEIPT = "CEB702Message"
BILL_MESSAGES = (kinds.TAX_BILL, kinds.TAX_BILL_STATUS)
# a bill's status has numbers of its own (ceb §3, CEB816 and CEB818)
BILL_STATUS = {
    "1": ("电子税单已生成", "tax bill made"), "2": ("电子税单已汇总", "tax bill summed up"),
    "3": ("电子税单已作废", "tax bill cancelled"),
}  # fmt: skip


def trades(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = PAGE, *, whole: bool = False
) -> dict[str, Any]:
    """A page of trades, the newest first: {rows, total, page, pages, more, back}; `more`: there are more than `total`.

    A search that takes long ends: `back` is then the day it came back to, and the same question with `back` as a filter
    goes on from there. With `whole` it takes the time it needs.

    Filters: state (one or several), flow, mode, customs, holder (a party), number (order, pre-entry or list number, exact;
    `found` adds the trades another room knows by it), since and until (days of acceptance or arrival), history (False by
    default: the past is asked for by itself), unit (a path), ids (numbers of trades), mine (True: only what waits for the
    caller's own firm), back (a day: only trades numbered before it).
    """
    size = max(1, min(size, 500))
    page = max(1, min(page, DEEPEST // size))
    bound = max(search.BOUND, page * size)
    ids, back = search.found(filters or {}, bound + 1, ROLES, search.WHOLE if whole else search.WITHIN)
    more, ids = len(ids) > bound, ids[:bound]
    pages = max(1, -(-len(ids) // size))
    page = max(1, min(page, pages))
    rows = Trade.objects.filter(id__in=ids[(page - 1) * size : page * size]).order_by("-id")
    return {
        "rows": [_row(one) for one in rows], "total": len(ids), "page": page, "pages": pages, "more": more, "back": back,
    }  # fmt: skip


def _row(one: Trade) -> dict[str, Any]:
    zh, en = states.words(one.state, one.customs_status)
    return {
        "id": one.id, "flow": one.flow, "mode": one.mode, "state": one.state, "state_zh": zh, "state_en": en,
        "customs_status": one.customs_status, "holder": one.holder, "missing": list(one.missing),
        "reasons": list(one.reasons), "value": one.value, "tax": one.tax, "customs_code": one.customs_code,
        "unit": one.unit, "first_at": one.first_at, "changed_at": one.changed_at, "accepted_on": one.accepted_on,
        "history": one.history, "booking": f"{one.id}:{one.list_id}" if one.list_id else "",
        **{name: getattr(one, name) for name in NUMBERS},
    }  # fmt: skip


def trade(id_: int) -> dict[str, Any] | None:
    """Everything about one trade, None where the caller sees none.

    Beside the row: parts [{kind, document, zh, en, at, status}], missing_parts [{kind, whose, organisation, since}],
    receipts, stages (what happened when), firms (role → organisation), roles (the caller's own), may_correct (reason
    codes the caller's party must mend), names and names_en (organisation → name), urges, assessment (for the tax room's `unfold`).
    """
    one = Trade.objects.filter(id=id_).first()
    if one is None:
        return None
    roles = _roles(one)
    return _row(one) | {
        "parts": _parts(one),
        "missing_parts": _missing(one),
        "receipts": _receipts(one),
        "stages": sorted(one.stages.items(), key=lambda stage: stage[1]),
        "firms": one.firms,
        **_names(one),
        "roles": roles,
        "may_correct": [told["code"] for told in one.reasons if _party(told.get("whose", "")) in roles],
        "urges": list(
            Urge.objects.filter(trade_id=id_).order_by("-urged_at").values("party", "organisation", "urged_at")[:20]
        ),
        "assessment": contents.assessment(one.assessment),
        "wait_until": one.wait_until,
    }


def _receipts(one: Trade) -> list[dict[str, Any]]:
    """Customs' words on a trade, in the order they came; of an export also on its summary (702, 792)."""
    own = [_receipt(row) for row in Receipt.objects.filter(trade_id=one.id).order_by("id")]
    if one.flow != kinds.EXPORT or one.state not in summary.RELEASED:
        return own
    application, results = summaries.receipts_of(one.id, one.invt_no)
    answers = Receipt.objects.filter(document_id=application, name=SUMMARY_RECEIPT) if application else ()
    return sorted([*own, *map(_receipt, answers), *results], key=lambda told: told["received_at"])


def _names(one: Trade) -> dict[str, dict[int, str]]:
    """{names, names_en}: what the parties are called, by number; the registered name where there is no English one."""
    found = list(Organisation.objects.filter(id__in=one.parties).values_list("id", "name", "name_en"))
    return {"names": {id_: zh for id_, zh, _ in found}, "names_en": {id_: en or zh for id_, zh, en in found}}


def _party(whose: str) -> str:
    return "agent" if whose == "declarant" else whose


def _roles(one: Trade) -> list[str]:
    actor = current()
    if actor.kind != ENTERPRISE:
        return []
    return sorted(role for role, organisation in one.firms.items() if organisation == actor.organisation)


def _parts(one: Trade) -> list[dict[str, Any]]:
    ids = {name: id_ for name, slot in SLOTS.items() if (id_ := getattr(one, slot))}
    latest = {
        row.document_id: row
        for row in Receipt.objects.filter(document_id__in=ids.values(), applied=True)
        .exclude(name__in=BILL_MESSAGES)  # a bill's status is not the list's
        .order_by("id")
    }
    visible = set(Document.objects.filter(id__in=ids.values()).values_list("id", flat=True))
    parts = []
    for name, id_ in ids.items():
        status = latest[id_].return_status if id_ in latest else ""
        parts.append({
            "kind": name, "zh": NAMES[name][0], "en": NAMES[name][1], "document": id_ if id_ in visible else None,
            "at": one.stages.get(name), "status": status,
            "status_zh": states.status(status).zh if status else "", "status_en": states.status(status).en if status else "",
        })  # fmt: skip
    return parts


def _missing(one: Trade) -> list[dict[str, Any]]:
    return [
        {
            "kind": name, "zh": NAMES[name][0], "en": NAMES[name][1], "whose": SENDER_OF[name],
            "organisation": one.firms.get(_party(SENDER_OF[name])),
            "since": one.stages.get(f"removed:{name}") or one.first_at.isoformat(),
        }
        for name in one.missing
    ]  # fmt: skip


def _receipt(row: Receipt) -> dict[str, Any]:
    zh, en = _receipt_words(row)
    told = crossings.WHYS.get(row.why)
    return {
        "message": row.name, "status": row.return_status, "zh": zh, "en": en, "time": row.return_time,
        "info": row.info, "applied": row.applied, "why": row.why,
        "why_zh": told.zh if told else row.why, "why_en": told.en if told else row.why, "received_at": row.received_at, "key": row.key,
    }  # fmt: skip


def _receipt_words(row: Receipt) -> tuple[str, str]:
    if row.name in BILL_MESSAGES:
        return BILL_STATUS.get(row.return_status, ("电子税单", "tax bill"))
    known = states.status(row.return_status)
    return known.zh, known.en


def document(id_: int) -> dict[str, Any] | None:
    """One document with its findings and receipts; personal fields masked unless they are the caller's own."""
    row = Document.objects.filter(id=id_).first()
    if row is None:
        return None
    (told,) = told_documents([row])
    return told


def documents(ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same of several at once, by their numbers; what the caller does not see is left out."""
    return {one["id"]: one for one in told_documents(list(Document.objects.filter(id__in=ids)))}


def told_documents(rows: Sequence[Document], *, opened: bool = False) -> list[dict[str, Any]]:
    """Documents as pages show them; with `opened` their personal fields are open whoever asks."""
    with connection.cursor() as cursor:
        said = contents.parts(cursor, [row.id for row in rows])
    messages = Message.objects.in_bulk({row.message_id for row in rows})
    receipts: dict[int, list[dict[str, Any]]] = {}
    for one in Receipt.objects.filter(document_id__in=[row.id for row in rows]).order_by("id"):
        receipts.setdefault(one.document_id or 0, []).append(_receipt(one))
    return [
        _told_document(row, said.get(row.id, Part({})), messages.get(row.message_id), receipts.get(row.id, []), opened)
        for row in rows
    ]


def _told_document(
    row: Document, part: Part, message: Message | None, receipts: list[dict[str, Any]], opened: bool
) -> dict[str, Any]:
    kind = BY_NUMBER[row.kind]
    opened = opened or is_open(row, part)
    head, personal = split_personal(kind, part.head)
    return {
        "id": row.id, "message": kind.message, "kind": kind.name, "zh": kind.zh, "en": kind.en, "flow": kind.flow,
        "edition": row.edition, "key": keys.readable(row.key),
        "guid": head.get("guid", ""), "app_type": row.app_type, "app_time": row.app_time, "state": row.state,
        "reasons": row.reasons, "sender": row.sender, "accepted_at": row.accepted_at, "head": head,
        "lines": list(part.lines), "opened": opened,
        "personal": personal if opened else {name: masked(name, value) for name, value in personal.items()},
        "inbox_id": message.inbox_id if message is not None else None, "position": row.position, "receipts": receipts,
    }  # fmt: skip


def is_open(row: Document, part: Part) -> bool:
    """Whether who asks may read a document whole: its sender, a firm it names, or the buyer it is of."""
    actor = current()
    if actor.kind == CONSUMER:
        return bool(row.buyer) and row.buyer == actor.buyer
    if actor.kind != ENTERPRISE or actor.organisation is None:
        return False
    if row.sender == actor.organisation:
        return True
    own = Organisation.objects.filter(id=actor.organisation).values_list("customs_code", "uscc").first() or ()
    return any(part.head.get(field) in [code for code in own if code] for field in OPEN_TO)


def masked(name: str, value: str) -> str:
    """A personal value as those see it who need not know it."""
    lower = name.lower()
    if "idnumber" in lower:
        return mask_id(value)
    if "phone" in lower or "telephone" in lower:
        return mask_phone(value)
    if "address" in lower:
        return mask_address(value)
    return mask_name(value)


def may_open_all() -> bool:
    """Whether the caller is an officer who may open personal fields with a reason."""
    actor = current()
    return actor.kind == AGENCY and actor.unit_path == "zone.customs"


def counters(day: date) -> list[dict[str, Any]]:
    """Trades that arrived on a day by state, as {key, zh, en, value, unit, href}; only what the caller sees."""
    from pilotzone.base.days import SHANGHAI

    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    found = (
        # a number begins with its day, so one partition or three are read
        Trade.objects.filter(id__gte=first_id(day - timedelta(days=1)), id__lt=first_id(day + timedelta(days=2)))
        .filter(history=False, first_at__gte=start, first_at__lt=start + timedelta(days=1))
        .values_list("state")
        .annotate(n=Count("id"))
        .order_by("state")
    )
    told = []
    for state, n in found:
        zh, en = states.words(state)
        told.append({
            "key": state, "zh": zh, "en": en, "value": n, "unit": "票", "href": f"?state={state}&since={day}&until={day}",
        })  # fmt: skip
    return told
