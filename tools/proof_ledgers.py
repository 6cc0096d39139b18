"""What must be true of a zone's tables whatever happened to its processes: one question for each claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pilotzone.kernel.events import unpack
from pilotzone.rooms.tracking.engine.told import REACHED, lines_of, rows_of


@dataclass(frozen=True)
class Claim:
    """A sentence; a query counting what it speaks of; a query giving what breaks it (at best nothing).

    What no query can count (compressed events, packed results) a function counts: `hours`, `acknowledged`.
    """

    sentence: str
    total: str
    broken: str


@dataclass(frozen=True)
class Verdict:
    """A claim as it was found: of how many, and the first that break it."""

    sentence: str
    total: int
    broken: tuple[Any, ...]

    @property
    def holds(self) -> bool:
        """Nothing breaks it, and there was something to break."""
        return not self.broken and self.total > 0


HOURS = "the counters of every hour equal a recount of the events"
FINAL = ("released", "closed", "refused", "returned", "error", "detained", "sent_back")
STATES = ", ".join(f"'{state}'" for state in FINAL)
UNFINISHED = f"SELECT count(*) FROM clearance_trade WHERE state NOT IN ({STATES})"
CLAIMS = (
    Claim(
        "every list has one trade, and the trade one final state",
        "SELECT count(*) FROM clearance_trade",
        f"SELECT order_no, state FROM clearance_trade WHERE state NOT IN ({STATES}) OR list_id IS NULL"
        " UNION ALL SELECT order_no, 'trades: ' || count(*) FROM clearance_trade GROUP BY order_no HAVING count(*) > 1",
    ),
    Claim(
        "the quota entries of a buyer's year add up to its balance",
        "SELECT count(*) FROM tax_quota_entry",
        "SELECT buyer_key, year, q.reserved, e.reserved, q.used, e.used FROM tax_quota q FULL JOIN ("
        " SELECT buyer_key, year, sum(reserved_change) AS reserved, sum(used_change) AS used,"
        " sum(disputed_change) AS disputed FROM tax_quota_entry GROUP BY 1, 2) e USING (buyer_key, year)"
        " WHERE (coalesce(q.reserved, 0), coalesce(q.used, 0), coalesce(q.disputed, 0))"
        " IS DISTINCT FROM (coalesce(e.reserved, 0), coalesce(e.used, 0), coalesce(e.disputed, 0))",
    ),
    Claim(
        "what the lists of a buyer's year take adds up to its balance",
        "SELECT count(*) FROM tax_quota_hold",
        "SELECT buyer_key, year, q.reserved, h.reserved, q.used, h.used FROM tax_quota q FULL JOIN ("
        " SELECT buyer_key, year, sum(amount - given_back) FILTER (WHERE state = 'reserved') AS reserved,"
        " sum(amount - given_back) FILTER (WHERE state = 'committed') AS used FROM tax_quota_hold GROUP BY 1, 2"
        " ) h USING (buyer_key, year) WHERE (coalesce(q.reserved, 0), coalesce(q.used, 0))"
        " IS DISTINCT FROM (coalesce(h.reserved, 0), coalesce(h.used, 0))",
    ),
    Claim(
        "no buyer's year is oversold unless customs released beyond it",
        "SELECT count(*) FROM tax_quota",
        "SELECT buyer_key, year, reserved, used FROM tax_quota WHERE NOT exceeds AND reserved + used > limit_amount",
    ),
    Claim(
        "every released import list is used once, with its value, and no other is",
        "SELECT count(*) FROM clearance_trade WHERE flow = 'I' AND state IN ('released', 'closed')",
        "SELECT t.year, t.n, h.n, t.value, h.value FROM (SELECT extract(year FROM accepted_on)::int AS year,"
        " count(*) AS n, sum(value) AS value FROM clearance_trade WHERE flow = 'I' AND state IN ('released', 'closed')"
        " GROUP BY 1) t FULL JOIN (SELECT year, count(*) AS n, sum(amount) AS value FROM tax_quota_hold"
        " WHERE state = 'committed' GROUP BY 1) h USING (year) WHERE (t.n, t.value) IS DISTINCT FROM (h.n, h.value)",
    ),
    Claim(
        "the guarantee entries of a firm add up to its account",
        "SELECT count(*) FROM tax_guarantee_entry",
        "SELECT organisation_id, a.deposited, e.deposited, a.held, e.held FROM tax_guarantee a FULL JOIN ("
        " SELECT organisation_id, sum(deposited_change) AS deposited, sum(held_change) AS held"
        " FROM tax_guarantee_entry GROUP BY 1) e USING (organisation_id)"
        " WHERE (coalesce(a.deposited, 0), coalesce(a.held, 0))"
        " IS DISTINCT FROM (coalesce(e.deposited, 0), coalesce(e.held, 0))",
    ),
    Claim(
        "what the lists hold of a firm's guarantee adds up to its account",
        "SELECT count(*) FROM tax_guarantee_hold",
        "SELECT organisation_id, a.held, h.held FROM tax_guarantee a FULL JOIN ("
        " SELECT organisation_id, sum(amount - released) AS held FROM tax_guarantee_hold GROUP BY 1) h"
        " USING (organisation_id) WHERE coalesce(a.held, 0) <> coalesce(h.held, 0)",
    ),
    Claim(
        "the timelines say of every trade what the clearance says",
        "SELECT count(*) FROM tracking_trade",
        "SELECT c.order_no, c.state, t.state FROM clearance_trade c FULL JOIN tracking_trade t ON t.id = c.id"
        " WHERE c.state IS DISTINCT FROM t.state",
    ),
    Claim(
        "nothing waits in the inbox or the outbox, and no letter to customs failed",
        "SELECT count(*) FROM exchange_outbox",
        "SELECT 'letter ' || id, state FROM exchange_outbox WHERE state <> 'sent' UNION ALL"
        " SELECT 'message ' || i.id, 'not worked on' FROM exchange_inbox i JOIN exchange_cursor c USING (partition)"
        " WHERE i.id > c.position",
    ),
)
# asked as the counterpart: what customs itself holds
AT_CUSTOMS = "SELECT data ->> 'order' FROM simulators.customs_document WHERE data ? 'order' AND status = '800'"


def judge(cursor: Any, claims: Sequence[Claim] = CLAIMS) -> list[Verdict]:
    """Ask every claim; at most five breaks of each are told."""
    told = []
    for claim in claims:
        cursor.execute(claim.total)
        total = int(cursor.fetchone()[0])
        cursor.execute(claim.broken)
        told.append(Verdict(claim.sentence, total, tuple(cursor.fetchmany(5))))
    return told


def hours(cursor: Any) -> Verdict:
    """The counters of every hour against the events themselves, opened one by one."""
    cursor.execute("SELECT hour, state, n FROM tracking_hour")
    told = {(hour, state): n for hour, state, n in cursor.fetchall()}
    counted: Counter[tuple[datetime, str]] = Counter()
    cursor.execute("SELECT payload FROM kernel_event WHERE kind LIKE '%.trade_changed' ORDER BY id")
    for (payload,) in cursor:
        for row in rows_of(unpack(payload)):
            for line in lines_of(row) if row.trade else ():
                if line.state and line.moved == REACHED:
                    hour = datetime.fromisoformat(line.at).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
                    counted[hour, line.state] += 1
    keys = sorted(told.keys() | counted.keys())
    odd = [(*key, told.get(key), counted.get(key)) for key in keys if told.get(key) != counted.get(key)]
    return Verdict(HOURS, sum(told.values()), tuple(odd[:5]))


LATE = ["accepted", "refused"]  # a list that waited was accepted; the refusal after the match is said besides


def acknowledged(cursor: Any, receipts: dict[str, int]) -> Verdict:
    """Every receipt id given to a sender is one kept message with one result for each of its documents (`odd_answers`)."""
    cursor.execute(
        "SELECT a.id, count(DISTINCT i.id) FROM unnest(%s::text[]) AS a (id) LEFT JOIN exchange_inbox i"
        " ON i.id = exchange_inbox_number(a.id) AND i.receipt_id = a.id GROUP BY a.id",
        (list(receipts),),
    )
    kept = dict(cursor.fetchall())
    cursor.execute(
        "SELECT receipt_id, position, array_agg(state ORDER BY id) FROM exchange_answer, LATERAL"
        " (SELECT (one ->> 0)::int AS position, one ->> 1 AS state FROM json_array_elements(told) one) r"
        " WHERE receipt_id = ANY(%s) AND position > 0 GROUP BY receipt_id, position",
        (list(receipts),),
    )
    answered: dict[str, dict[int, list[str]]] = {}
    for receipt, position, states in cursor.fetchall():
        answered.setdefault(receipt, {})[position] = states
    cursor.execute(
        "SELECT i.receipt_id, d.position FROM clearance_trade t JOIN clearance_document d ON d.id = t.list_id"
        " JOIN clearance_message m ON m.id = d.message_id JOIN exchange_inbox i ON i.id = m.inbox_id"
        " WHERE i.receipt_id = ANY(%s)",
        ([receipt for receipt, found in answered.items() if LATE in found.values()],),
    )
    sentence = (
        "every acknowledged receipt is kept exactly once, with one result for each of its documents;"
        " only a list accepted at first has its later refusal besides"
    )
    odd = odd_answers(receipts, kept, answered, set(cursor.fetchall()))
    return Verdict(sentence, len(receipts), tuple(odd[:5]))


def odd_answers(
    receipts: dict[str, int],
    kept: dict[str, int],
    answered: dict[str, dict[int, list[str]]],
    lists: set[tuple[str, int]],
) -> list[tuple[Any, ...]]:
    """(receipt, documents, times kept, positions without a result, positions with wrong ones): the receipts that break the claim.

    `answered`: states by receipt and position in the order they were said; `lists`: the places of lists.
    """
    odd: list[tuple[Any, ...]] = []
    for receipt, documents in receipts.items():
        found, expected = answered.get(receipt, {}), set(range(1, documents + 1))
        missing = sorted(expected - found.keys())
        wrong = {
            place: states
            for place, states in sorted(found.items())
            if place not in expected or not (len(states) == 1 or (states == LATE and (receipt, place) in lists))
        }
        if kept.get(receipt) != 1 or missing or wrong:
            odd.append((receipt, documents, kept.get(receipt), missing[:5], dict(list(wrong.items())[:5])))
    return odd


def sent_once(cursor: Any, orders: Sequence[str]) -> Verdict:
    """Every order that was sent is exactly one trade, and no other is."""
    cursor.execute(
        "SELECT o, count(t.id) FROM unnest(%s::text[]) o FULL JOIN clearance_trade t ON t.order_no = o"
        " GROUP BY o, t.order_no HAVING o IS NULL OR count(t.id) <> 1 LIMIT 5",
        (list(orders),),
    )
    return Verdict("every order sent is one trade, and there is no other", len(orders), tuple(cursor.fetchall()))


def agrees_with_customs(cursor: Any, released_there: Sequence[str]) -> Verdict:
    """What customs released is what the platform calls released: nothing lost, nothing more."""
    cursor.execute("SELECT order_no FROM clearance_trade WHERE state IN ('released', 'closed')")
    here, there = sorted(row[0] for row in cursor.fetchall()), sorted(released_there)
    odd = tuple(sorted(set(here) ^ set(there)))[:5] if here != there else ()
    return Verdict("customs released these lists, each once, and the platform says the same", len(here), odd)
