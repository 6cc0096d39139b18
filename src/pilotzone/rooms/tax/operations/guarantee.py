"""Booking batches on the guarantee ledger; the twin of `operations.quota`, locked and written the same way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pilotzone.base.errors import Unavailable
from pilotzone.kernel.copying import texts
from pilotzone.kernel.cursor import Cursor
from pilotzone.rooms.tax.engine.guarantee import (
    Account,
    Deposit,
    Guaranteed,
    GuaranteeEvent,
    GuaranteeLedger,
    HeldTax,
    ReleaseTax,
)
from pilotzone.rooms.tax.operations.database import Columns


def guarantee(cursor: Cursor, events: Sequence[GuaranteeEvent], *, at: datetime) -> list[Guaranteed]:
    """Book events in the order given; one answer each, in the same order. A refused event changes nothing.

    Cursor, transaction and `Unavailable` as in `operations.quota.book`.
    """
    if not events:
        return []
    lists = sorted({event.list_key for event in events if not isinstance(event, Deposit)})
    accounts = _locked(cursor, events, lists)
    ledger = GuaranteeLedger(accounts, _holds(cursor, lists), _done(cursor, events, lists))
    known = set(ledger.holds)
    if any(hold.guarantor not in ledger.accounts for hold in ledger.holds.values()):
        raise Unavailable(
            code="rule.guarantee.busy",
            zh="担保台账正被另一批次更改，请稍后重试",
            en="Another batch is changing the guarantee ledger; try again",
            source="docs/algorithms/retail_import_tax.md",
            whose="platform",
        )
    answers = [ledger.apply(event) for event in events]
    papers = {e.reference: e.paper for e in events if isinstance(e, Deposit)}
    _write(cursor, ledger, known, papers, at)
    return answers


def _locked(cursor: Cursor, events: Sequence[GuaranteeEvent], lists: list[str]) -> list[Account]:
    named = {event.guarantor for event in events if not isinstance(event, ReleaseTax)}
    if named:
        cursor.execute(_MAKE, (sorted(named),))
    cursor.execute(
        "SELECT DISTINCT organisation_id FROM tax_guarantee_hold WHERE list_key = ANY(%s::text[])", (texts(lists),)
    )
    wanted = sorted(named | {row[0] for row in cursor.fetchall()})
    cursor.execute(
        "SELECT organisation_id, deposited, held FROM tax_guarantee WHERE organisation_id = ANY(%s)"
        " ORDER BY organisation_id FOR UPDATE",
        (wanted,),
    )
    return [Account(*row) for row in cursor.fetchall()]


def _holds(cursor: Cursor, lists: list[str]) -> list[HeldTax]:
    cursor.execute(
        "SELECT list_key, organisation_id, amount, released, turn FROM tax_guarantee_hold WHERE list_key = ANY(%s::text[])",
        (texts(lists),),
    )
    return [HeldTax(*row) for row in cursor.fetchall()]


def _done(cursor: Cursor, events: Sequence[GuaranteeEvent], lists: list[str]) -> list[tuple[int, str, str, str]]:
    references = sorted({event.reference for event in events if not _is_hold(event) and event.reference})  # type: ignore[union-attr]
    if not references:
        return []
    cursor.execute(
        "SELECT organisation_id, list_key, event, reference FROM tax_guarantee_entry"
        " WHERE reference = ANY(%s) AND list_key = ANY(%s) AND reference > ''",
        (references, ["", *lists]),
    )
    return cursor.fetchall()


def _is_hold(event: GuaranteeEvent) -> bool:
    return not isinstance(event, Deposit | ReleaseTax)


def _write(cursor: Cursor, ledger: GuaranteeLedger, known: set[str], papers: dict[str, str], at: datetime) -> None:
    accounts = [ledger.accounts[guarantor] for guarantor in sorted(ledger.dirty_accounts)]
    if accounts:
        rows = [(a.guarantor, a.deposited, a.held) for a in accounts]
        cursor.execute(_MOVE, _ACCOUNTS.of(rows))
    holds = [ledger.holds[list_key] for list_key in sorted(ledger.dirty_holds)]
    for statement, chosen in (
        (_NEW_HOLDS, [hold for hold in holds if hold.list_key not in known]),
        (_CHANGED_HOLDS, [hold for hold in holds if hold.list_key in known]),
    ):
        if chosen:
            written = [(h.list_key, h.guarantor, h.amount, h.released, h.turn) for h in chosen]
            cursor.execute(statement, _HOLDS.of(written))
    if ledger.entries:
        lines = [
            (
                e.guarantor, e.list_key, e.turn, e.event, e.reference,
                "" if e.list_key else papers.get(e.reference, ""), e.deposited_change, e.held_change,
            )
            for e in ledger.entries
        ]  # fmt: skip
        cursor.execute(_ENTRIES, [at, *_LINES.of(lines)])


_MAKE = """
INSERT INTO tax_guarantee (organisation_id, deposited, held)
SELECT wanted, 0, 0 FROM unnest(%s::bigint[]) AS wanted ORDER BY wanted ON CONFLICT DO NOTHING
"""
_ACCOUNTS = Columns("organisation_id bigint, deposited numeric, held numeric")
_MOVE = f"""
UPDATE tax_guarantee SET deposited = new.deposited, held = new.held FROM {_ACCOUNTS.sql}
WHERE tax_guarantee.organisation_id = new.organisation_id
"""  # noqa: S608 (our own names)
_HOLDS = Columns("list_key text, organisation_id bigint, amount numeric, released numeric, turn int")
_NEW_HOLDS = f"INSERT INTO tax_guarantee_hold ({_HOLDS.names}) SELECT * FROM {_HOLDS.sql}"  # noqa: S608
_CHANGED_HOLDS = f"""
UPDATE tax_guarantee_hold SET organisation_id = new.organisation_id, amount = new.amount, released = new.released,
  turn = new.turn
FROM {_HOLDS.sql}
WHERE tax_guarantee_hold.list_key = new.list_key
"""  # noqa: S608
_LINES = Columns(
    "organisation_id bigint, list_key text, turn int, event text, reference text, paper text, deposited_change numeric,"
    " held_change numeric"
)
_ENTRIES = f"INSERT INTO tax_guarantee_entry (at, {_LINES.names}) SELECT %s, new.* FROM {_LINES.sql}"  # noqa: S608
