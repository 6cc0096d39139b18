"""The annual quota 年度交易限值 of a buyer as a ledger: RESERVE → COMMIT → VOID → RESTORE (handbook §2.2).

A `QuotaLedger` holds the balances and lists one batch touches, decides event by event in the order given and
collects what changed. It is the only place where quota is decided; the database around it locks, loads and writes.

Balances are always the sum of their lists: reserved while a list is under way, used once it is released. A refusal
changes nothing. The platform's own figure is a pre-check: a list that customs releases is counted even where it
exceeds the limit (`exceeds`), and what customs told of the buyer is kept apart (`customs_room`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.money import CENT, yuan
from pilotzone.rooms.tax.engine.limits import over_year
from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.engine.quota_records import (
    COMMITTED,
    RESERVED,
    VOIDED,
    Balance,
    Booked,
    Commit,
    CustomsOver,
    Dispute,
    Entry,
    Event,
    Hold,
    Key,
    Reserve,
    Restore,
    Void,
)
from pilotzone.rooms.tax.errors import Reason, reason


class QuotaLedger:
    """The balances, lists and former references of one batch; `apply` decides, `entries` and `dirty_*` tell what changed."""

    def __init__(
        self, balances: Iterable[Balance] = (), holds: Iterable[Hold] = (), done: Iterable[tuple[str, str, str]] = ()
    ) -> None:
        self.balances = {(b.buyer_key, b.year): b for b in balances}
        self.holds = {h.list_key: h for h in holds}
        self.done = set(done)  # (list key, event, reference) of RESTORE, DISPUTE and CUSTOMS entries
        self.entries: list[Entry] = []
        self.dirty_balances: set[Key] = set()
        self.dirty_holds: set[str] = set()
        self._verbs: dict[type[Any], Callable[[Any], Booked]] = {
            Reserve: self._reserve,
            Commit: self._commit,
            Void: self._void,
            Restore: self._restore,
            CustomsOver: self._customs_over,
            Dispute: self._dispute,
        }

    def apply(self, event: Event) -> Booked:
        """Decide one event. The same event again is answered as before and books nothing."""
        return self._verbs[type(event)](event)

    # each verb below: what it does, when it does nothing, and why it may refuse

    def _reserve(self, event: Reserve) -> Booked:
        if not _is_amount(event.amount):
            return self._no(event.list_key, "RESERVE", reason("rule.quota.amount"))
        hold, key = self.holds.get(event.list_key), event.key
        law = Parameters(event.on)
        balance = self._balance(key, law["import.limit.annual"])
        same = hold is not None and hold.key == key and hold.amount == event.amount
        if hold is not None and hold.state != VOIDED and same:
            return self._yes(hold, "RESERVE", again=True)
        if hold is not None and hold.state == COMMITTED:
            return self._no(
                hold.list_key, "RESERVE", reason("rule.quota.already_released", list_key=hold.list_key), hold.key
            )
        own = hold.counted if hold is not None and hold.key == key else ZERO
        others = balance.used + balance.reserved - own
        if others + event.amount > balance.limit:
            told = over_year(event.amount, others, balance.limit, law.source("import.limit.annual"))
            return self._no(event.list_key, "RESERVE", told, key)
        if balance.customs_room is not None and event.amount > balance.customs_room:
            return self._no(event.list_key, "RESERVE", _told_by_customs(event.amount, balance), key)
        turn = 1 if hold is None else hold.turn + 1
        if hold is not None and hold.state == RESERVED:
            self._put(hold, replace(hold, state=VOIDED), "VOID")
        fresh = Hold(event.list_key, *key, event.amount, RESERVED, turn)
        self._put(None, fresh, "RESERVE")
        return self._yes(fresh, "RESERVE")

    def _commit(self, event: Commit) -> Booked:
        hold = self.holds.get(event.list_key)
        if hold is not None and hold.state == COMMITTED:
            return self._yes(hold, "COMMIT", again=True)
        if hold is not None and hold.state == RESERVED:
            released = replace(hold, state=COMMITTED)
            self._put(hold, released, "COMMIT")
        elif event.key or hold is not None:
            # customs released what we refused, voided or never saw: its word stands
            released = _as_customs_says(event, hold)
            if not _is_amount(released.amount):
                return self._no(event.list_key, "COMMIT", reason("rule.quota.amount"))
            self._balance(released.key, annual_limit(event.on or date(released.year, 12, 31)))
            self._put(None, released, "COMMIT", may_exceed=True)
        else:
            return self._no(event.list_key, "COMMIT", _unknown(event.list_key))
        self._customs_accepted(released)
        return self._yes(released, "COMMIT")

    def _void(self, event: Void) -> Booked:
        hold = self.holds.get(event.list_key)
        if hold is None:
            return self._no(event.list_key, "VOID", _unknown(event.list_key))
        if hold.state == VOIDED:
            return self._yes(hold, "VOID", again=True)
        if hold.state == COMMITTED:
            self._room(hold.key, hold.counted)
        gone = replace(hold, state=VOIDED, disputed=False)
        self._put(hold, gone, "VOID", event.reference)
        return self._yes(gone, "VOID")

    def _restore(self, event: Restore) -> Booked:
        hold = self.holds.get(event.list_key)
        if hold is None:
            return self._no(event.list_key, "RESTORE", _unknown(event.list_key))
        if (event.list_key, "RESTORE", event.reference) in self.done:
            return self._yes(hold, "RESTORE", again=True)
        if hold.state != COMMITTED:
            code = "rule.quota.not_released" if hold.state == RESERVED else "rule.quota.voided"
            return self._no(hold.list_key, "RESTORE", reason(code, list_key=hold.list_key), hold.key)
        if not _is_amount(event.amount):
            return self._no(hold.list_key, "RESTORE", reason("rule.quota.amount"), hold.key)
        if event.amount > hold.counted:
            told = reason(
                "rule.quota.over_restore", amount=yuan(event.amount), list_key=hold.list_key, left=yuan(hold.counted)
            )
            return self._no(hold.list_key, "RESTORE", told, hold.key)
        back = replace(hold, given_back=hold.given_back + event.amount)
        self._put(hold, back, "RESTORE", event.reference)
        self._room(hold.key, event.amount)
        return self._yes(back, "RESTORE")

    def _customs_over(self, event: CustomsOver) -> Booked:
        key = event.key
        balance = self._balance(key, annual_limit(event.on))
        if (event.list_key, "CUSTOMS_OVER", event.reference) not in self.done:
            entry = Entry(event.list_key, 0, "CUSTOMS_OVER", event.reference, *key, event.told_total or event.amount)
            self._note(entry)
            if balance.customs_told_at is None or event.told_at > balance.customs_told_at:
                room = max(ZERO, _room_left(event, balance.limit))
                self.balances[key] = replace(balance, customs_room=room, customs_told_at=event.told_at)
                self.dirty_balances.add(key)
            return self._answer(event.list_key, "CUSTOMS_OVER", key, ok=True)
        return self._answer(event.list_key, "CUSTOMS_OVER", key, ok=True, again=True)

    def _dispute(self, event: Dispute) -> Booked:
        hold, verb = self.holds.get(event.list_key), "SETTLE" if event.settled else "DISPUTE"
        if hold is None:
            return self._no(event.list_key, verb, _unknown(event.list_key))
        if hold.state == VOIDED:
            return self._no(hold.list_key, verb, reason("rule.quota.voided", list_key=hold.list_key), hold.key)
        if hold.disputed != event.settled or (hold.list_key, verb, event.reference) in self.done:
            return self._yes(hold, verb, again=True)
        marked = replace(hold, disputed=not event.settled)
        self._put(hold, marked, verb, event.reference)
        return self._yes(marked, verb)

    def _put(
        self, before: Hold | None, after: Hold, event: str, reference: str = "", *, may_exceed: bool = False
    ) -> None:
        """Replace a list's booking, move its balance by the difference and write the entry."""
        reserved = _part(after, RESERVED) - _part(before, RESERVED)
        used = _part(after, COMMITTED) - _part(before, COMMITTED)
        disputed = _disputed(after) - _disputed(before)
        balance = self.balances[after.key]
        over = balance.reserved + reserved + balance.used + used > balance.limit
        self.balances[after.key] = replace(
            balance,
            reserved=balance.reserved + reserved,
            used=balance.used + used,
            disputed=balance.disputed + disputed,
            exceeds=over and (balance.exceeds or may_exceed),
        )
        self.holds[after.list_key] = after
        self.dirty_balances.add(after.key)
        self.dirty_holds.add(after.list_key)
        amount = disputed if event in ("DISPUTE", "SETTLE") else (used or reserved)
        self._note(
            Entry(after.list_key, after.turn, event, reference, *after.key, abs(amount), reserved, used, disputed)
        )

    def _note(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.done.add((entry.list_key, entry.event, entry.reference))

    def _balance(self, key: Key, limit: Decimal) -> Balance:
        """The buyer's year; a new one, or one whose limit the law has changed, takes the limit of the day."""
        known = self.balances.get(key) or Balance(*key, limit=limit)
        if known.limit != limit:
            known = replace(known, limit=limit, exceeds=known.reserved + known.used > limit)
            self.dirty_balances.add(key)
        self.balances[key] = known
        return known

    def _customs_accepted(self, hold: Hold) -> None:
        """What customs released it had room for; a list above the room shows that its word is outdated."""
        room = self.balances[hold.key].customs_room
        if room is not None:
            left = room - hold.amount
            self.balances[hold.key] = replace(self.balances[hold.key], customs_room=left if left >= 0 else None)

    def _room(self, key: Key, amount: Decimal) -> None:
        """Customs gives back too."""
        room = self.balances[key].customs_room
        if room is not None:
            self.balances[key] = replace(self.balances[key], customs_room=room + amount)

    def _yes(self, hold: Hold, event: str, *, again: bool = False) -> Booked:
        return self._answer(hold.list_key, event, hold.key, ok=True, again=again)

    def _no(self, list_key: str, event: str, told: Reason, key: Key | None = None) -> Booked:
        return self._answer(list_key, event, key, ok=False, told=told)

    def _answer(
        self, list_key: str, event: str, key: Key | None, *, ok: bool, again: bool = False, told: Reason | None = None
    ) -> Booked:
        if key is None:
            return Booked(list_key, event, ok, again, told)
        now = self.balances[key]
        return Booked(list_key, event, ok, again, told, *key, now.reserved, now.used, now.limit)


def annual_limit(on: date) -> Decimal:
    """The annual limit of a Shanghai day in yuan; Gap before the channel existed."""
    return Parameters(on)["import.limit.annual"]


def _is_amount(amount: Decimal) -> bool:
    return amount.is_finite() and ZERO < amount < 10**14 and amount == amount.quantize(CENT)


def _as_customs_says(event: Commit, hold: Hold | None) -> Hold:
    """The booking of a list that customs released although it was void or unknown here."""
    turn = 1 if hold is None else hold.turn + 1
    if event.key:
        return Hold(event.list_key, *event.key, event.amount, COMMITTED, turn)
    assert hold is not None
    return Hold(hold.list_key, hold.buyer_key, hold.year, hold.amount, COMMITTED, turn)


def _part(hold: Hold | None, state: str) -> Decimal:
    return hold.counted if hold is not None and hold.state == state else ZERO


def _disputed(hold: Hold | None) -> Decimal:
    return hold.counted if hold is not None and hold.disputed else ZERO


def _room_left(event: CustomsOver, limit: Decimal) -> Decimal:
    """From the total customs named, or, without one, just below what it refused."""
    if event.told_total is None:
        return event.amount - CENT
    return limit - (event.told_total - event.amount)


def _unknown(list_key: str) -> Reason:
    return reason("rule.quota.unknown_list", list_key=list_key)


def _told_by_customs(amount: Decimal, balance: Balance) -> Reason:
    assert balance.customs_room is not None
    return reason("rule.quota.customs_over", year=balance.year, room=yuan(balance.customs_room), price=yuan(amount))
