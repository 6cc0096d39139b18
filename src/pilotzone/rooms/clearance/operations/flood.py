"""One batch of messages, whatever its size: load once, take each in order, book, forward, write once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pilotzone.kernel import events
from pilotzone.kernel.copying import moment
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.engine.rows import TradeRow
from pilotzone.rooms.clearance.operations import arrivals, customs, deciding, inputs, legs, telling, undoing, writing
from pilotzone.rooms.clearance.operations.desk import Desk, Settings
from pilotzone.rooms.clearance.operations.inputs import Answer, Book, Directory, MessageIn, Outcome
from pilotzone.rooms.clearance.queries import lookups
from pilotzone.rooms.clearance.queries.lookups import Cursor


def take_batch(
    cursor: Cursor, messages: Sequence[MessageIn], *, directory: Directory, book: Book, settings: Settings
) -> Outcome:
    """Take messages in their order in the caller's transaction; the same result as taking them one by one.

    Holds the room's batch lock to the end of the transaction. Answers what to tell the firms, what to forward.
    """
    lookups.take_lock(cursor)
    desk = Desk(cursor, directory, book, settings)
    desk.load(messages)
    for message in messages:
        if message.from_customs:
            deciding.settle(desk)
            customs.take_receipts(desk, message)
        else:
            arrivals.take_message(desk, message)
    return _finish(desk)


def sweep(
    cursor: Cursor, now: datetime, *, directory: Directory, book: Book, settings: Settings, limit: int = 1000
) -> Outcome:
    """Judge trades with a goods gap again, and refuse those whose wait has ended by `now` (zone time)."""
    lookups.take_lock(cursor)
    desk = Desk(cursor, directory, book, settings)
    desk.take(lookups.gap_trades(cursor, limit=limit))
    for trade in list(desk.trades.values()):
        before = trade.reasons
        deciding.judge(desk, trade, now)
        if trade.state == states.GAP and trade.reasons == before:
            desk.changed_trades.discard(trade.hash)
            desk.lines.pop(trade.hash, None)
    deciding.settle(desk)
    desk.take(lookups.waiting_trades(cursor, due=now, limit=limit))
    for trade in list(desk.trades.values()):
        if trade.wait_until is not None and trade.wait_until <= now and trade.state in (states.WAITING, states.GAP):
            deciding.expire(desk, trade, now)
    legs.match_late(desk, now, limit=limit)
    return _finish(desk)


def _finish(desk: Desk) -> Outcome:
    deciding.settle(desk)
    _forward(desk)
    if desk.effects:
        undoing.not_held(desk, desk.book.apply(desk.effects))
    _answer_refused_lists(desk)
    writing.write(desk)
    events.publish("clearance.document_accepted", desk.accepted, cursor=desk.cursor)
    events.publish("clearance.trade_changed", telling.snapshots(desk), cursor=desk.cursor)
    events.publish("clearance.receipt_applied", desk.receipt_events, cursor=desk.cursor)
    outcome = desk.outcome
    outcome.documents, outcome.trades = len(desk.documents), len(desk.new_trades | desk.changed_trades)
    return outcome


def _forward(desk: Desk) -> None:
    """Send the list messages none of whose lists still waits and one of which passed (docs/adr/0004)."""
    touched = {trade.list_message for trade in _touched(desk) if trade.list_message is not None}
    held = {id_ for id_, row in desk.messages.items() if row.state == "held"} | touched | desk.left_messages
    if not held:
        return
    desk.messages.update(lookups.message_rows(desk.cursor, held - desk.messages.keys()))
    known = held - {row.id for _, row in desk.new_messages}
    desk.take(lookups.trades_of_messages(desk.cursor, known))
    by_message: dict[int, list[int]] = {}
    for hash_, trade in desk.trades.items():
        if trade.list_message in held:
            by_message.setdefault(trade.list_message, []).append(hash_)
    for id_ in sorted(held):
        _decide_message(desk, id_, by_message.get(id_, []))


def _touched(desk: Desk) -> Iterable[TradeRow]:
    return (desk.trades[hash_] for hash_ in desk.new_trades | desk.changed_trades)


def _decide_message(desk: Desk, id_: int, hashes: list[int]) -> None:
    row = desk.messages.get(id_)
    found = [desk.trades[hash_] for hash_ in hashes]
    if row is None or any(trade.state in (states.WAITING, states.GAP) for trade in found):
        return
    passed = [trade for trade in found if trade.state == states.PASSED]
    before = row.state
    if passed and row.state in ("held", "dropped"):
        row.state = "sent"
        desk.outcome.forward.append((row.id, row.inbox_id, row.name))
    elif not passed and row.state == "held":
        row.state = "dropped"
    if row.state != before:
        desk.changed_messages.add(id_)
        if row.state == "sent":
            _tell_refused(desk, found)
    if row.state == "sent":
        for trade in passed:
            deciding.set_state(desk, trade, states.SENT, trade.changed_at)


def _answer_refused_lists(desk: Desk) -> None:
    """Tell the senders of lists that were refused after the match (their documents had been accepted)."""
    if not desk.refusals:
        return
    inboxes = {row.id: row.inbox_id for _, row in desk.new_messages}
    here = {
        row.id: (inboxes[row.message_id], row.position, row.sender, row.kind.number, row.key) for row in desk.documents
    }
    missing = [id_ for _, id_, _, _ in desk.refusals if id_ not in here]
    here.update(lookups.document_places(desk.cursor, missing))
    for _, id_, faults, at in desk.refusals:
        inbox_id, position, sender, number, key = here[id_]
        kind = BY_NUMBER[number]
        text = "[平台]" + "；".join(fault.zh for fault in faults)
        desk.outcome.answers.append(
            Answer(
                inbox_id, position, sender, kind.message, key, desk.part(id_).head, inputs.REFUSED,
                arrivals.official_status(kind, faults[0]), text, at, faults, first=False,
            )
        )  # fmt: skip


def _tell_refused(desk: Desk, found: Iterable[TradeRow]) -> None:
    """A list the platform refused goes to customs with the message that holds it; its trade says so."""
    for trade in found:
        if trade.state in (states.REFUSED, states.EXPIRED):
            trade.stages["forwarded"] = moment(trade.changed_at)
            telling.touch(desk, trade)
            what = (
                "同一报文的其他清单已通过，报文整体发送海关，本清单由海关裁定",
                "other lists of the same message passed: the message goes to customs whole, and customs decides on this list",
            )
            telling.tell(desk, trade, trade.changed_at, "clearance.forwarded", what)
