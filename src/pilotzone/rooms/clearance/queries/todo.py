"""What waits for the caller's own firm: documents it owes, errors it alone may mend, parties that urged it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.models import Message, Trade, Urge

# the holder's word → the role under which a trade knows the firm
ROLES = {"ebp": "ebp", "ebc": "ebc", "pay": "pay", "logi": "logi", "declarant": "agent", "area": "area"}
OWES = (states.WAITING,)
MENDS = (states.REFUSED, states.EXPIRED, states.RETURNED, states.ERROR)
URGED_DAYS = 30
SHOWN = 20


def mine() -> Q:
    """Trades that wait for the caller's firm in the role it plays there; none for everybody else."""
    firm = current().organisation
    if firm is None:
        return Q(pk__isnull=True)
    turn = Q()
    for holder, role in ROLES.items():
        turn |= Q(holder__contains=holder, **{f"firms__{role}": firm})
    return turn & Q(history=False)


def todo(now: datetime) -> dict[str, Any]:
    """{owes, mends: how many trades; urged: [{trade, order_no, cop_no, state, party, by, by_en, at}], the latest first}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, n FROM clearance_turns()")
        turns = dict(cursor.fetchall())
    return {
        "owes": sum(turns.get(state, 0) for state in OWES),
        "mends": sum(turns.get(state, 0) for state in MENDS),
        "urged": _urged(now),
    }


def _urged(now: datetime) -> list[dict[str, Any]]:
    """Urges of the last days that still stand: the trade still waits for this firm in the role that was urged."""
    latest = Urge.objects.filter(urged_at__gte=now - timedelta(days=URGED_DAYS)).select_related("organisation")
    urges = list(latest.order_by("-urged_at")[: SHOWN * 10])
    waiting = Trade.objects.filter(mine(), id__in={urge.trade_id for urge in urges}).in_bulk()
    firm = current().organisation
    return [
        {
            "trade": urge.trade_id, "order_no": trade.order_no, "cop_no": trade.cop_no, "state": trade.state,
            "party": urge.party, "by": urge.organisation.name,
            "by_en": urge.organisation.name_en or urge.organisation.name, "at": urge.urged_at,
        }
        for urge in urges
        if (trade := waiting.get(urge.trade_id)) is not None
        and urge.party in trade.holder.split(",")
        and trade.firms.get(ROLES.get(urge.party, "")) == firm
    ][:SHOWN]  # fmt: skip


def standing() -> list[dict[str, Any]]:
    """How many trades the caller sees stand where: {customs_code, state, n}, the past left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customs_code, state, n FROM clearance_standing(%s)", [list(states.ALL)])
        return [dict(zip(("customs_code", "state", "n"), row, strict=True)) for row in cursor.fetchall()]


def findings(limit: int = 10) -> list[dict[str, Any]]:
    """Why trades stand refused, the most frequent first, for who sees all trades: {code, official, whose, n, zh, en}.

    `n` counts trades; `zh` and `en` are one of the sentences, as an example (they hold no personal values).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, official, whose, n, zh, en FROM clearance_findings(%s)", [limit])
        return [
            dict(zip(("code", "official", "whose", "n", "zh", "en"), row, strict=True)) for row in cursor.fetchall()
        ]


def messages(page: int, size: int) -> dict[str, Any]:
    """Messages of the caller's firm that were read, the newest first: {rows, total, page}.

    Rows: {id, name, guid, flow, state (held, sent, dropped, …), documents, received_at, sent_at, signed}.
    """
    found = Message.objects.filter(sender=current().organisation or 0).order_by("-id")
    size = max(1, min(size, 500))
    rows = found[(page - 1) * size : page * size]
    return {
        "rows": [
            {
                "id": row.id, "name": row.name, "guid": row.guid, "flow": row.flow, "state": row.state,
                "documents": row.documents, "received_at": row.received_at, "sent_at": row.sent_at,
                "signed": bool(row.signature),
            }
            for row in rows
        ],
        "total": found.count(),
        "page": page,
    }  # fmt: skip
