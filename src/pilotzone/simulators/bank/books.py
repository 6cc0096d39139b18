"""A bank's accounts and remittances. Money that comes in lies pending until it is decided; nothing is booked twice."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from pilotzone.simulators import settings

Connection = psycopg.Connection[Any]
ASKED = ("number", "payee", "payer", "currency", "amount", "received_on")
MOVES = {"settle": "rmb", "credit": "current"}
AGREED = ("direct", "settle", "credit")


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a bank behaves.

    down: it answers 503; repeat: what was delivered is delivered again; broken: the first row of a delivery has three
    decimals; decides: it decides by itself as the platform advises, instead of a clerk at the workbench; delay_ms.
    """

    down: bool = False
    repeat: bool = False
    broken: bool = False
    decides: bool = False
    delay_ms: int = 0


def read(connection: Connection, bank: str) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, f"bank:{bank}", Behaviour)


def change(connection: Connection, bank: str, changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, f"bank:{bank}", Behaviour, changes)


def remit(connection: Connection, bank: str, rows: Iterable[dict[str, Any]]) -> int:
    """Money comes in from abroad: it lies on the payee's pending account. The same number again is passed over."""
    made = 0
    for row in rows:
        told = {name: str(row[name]) for name in ASKED} | {
            name: row[name] for name in ("client", "country", "via_institution") if row.get(name)
        }
        new = connection.execute(
            "INSERT INTO simulators.bank_receipt (bank, number, data) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING RETURNING id",
            (bank, told["number"], Jsonb(told)),
        ).fetchone()
        if new is not None:
            _book(connection, bank, told["payee"], "pending", told["currency"], Decimal(told["amount"]))
            made += 1
    return made


def receipts(connection: Connection, bank: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Remittances in their order, each with its `id`; misbehaving as told."""
    how = read(connection, bank)
    found = connection.execute(
        "SELECT id, data FROM simulators.bank_receipt WHERE bank = %s AND id > %s ORDER BY id LIMIT %s",
        (bank, 0 if how.repeat else after, limit),
    ).fetchall()
    told = [{"id": number, **data} for number, data in found]
    if how.broken and told:
        told[0] = told[0] | {"amount": told[0]["amount"] + "1"}
    return told


def advised(connection: Connection, bank: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The platform's advice on receipts {number, outcome}: what the bank decides by itself, nothing where a clerk does."""
    if not read(connection, bank).decides:
        return []
    answers = []
    for row in rows:
        decision = "credit" if row["outcome"] == "credit" else "settle"
        if row["outcome"] not in AGREED:
            decision = "refuse" if row["outcome"] == "refuse" else "ask"
        note = "" if decision in MOVES else f"SYNTHETIC: advised {row['outcome']}"
        answers.append({"number": str(row["number"]), "decision": decision, "note": note})
    return answers


def decided(connection: Connection, bank: str, rows: Iterable[dict[str, Any]]) -> int:
    """What was decided {number, decision}: money leaves the pending account once; how many were new."""
    done = 0
    for row in rows:
        new = connection.execute(
            "UPDATE simulators.bank_receipt SET decided = %s WHERE bank = %s AND number = %s AND decided = ''"
            " RETURNING data",
            (str(row["decision"]), bank, str(row["number"])),
        ).fetchone()
        if new is None:
            continue
        data, done = new[0], done + 1
        if (kind := MOVES.get(str(row["decision"]))) is not None:
            amount = Decimal(data["amount"])
            _book(connection, bank, data["payee"], "pending", data["currency"], -amount)
            _book(connection, bank, data["payee"], kind, data["currency"], amount)
    return done


def accounts(connection: Connection, bank: str, firm: str) -> list[dict[str, str]]:
    """A firm's accounts at a bank."""
    found = connection.execute(
        "SELECT kind, currency, balance FROM simulators.bank_account WHERE bank = %s AND firm = %s ORDER BY kind, currency",
        (bank, firm),
    ).fetchall()
    return [{"kind": kind, "currency": currency, "balance": f"{balance:.2f}"} for kind, currency, balance in found]


def _book(connection: Connection, bank: str, firm: str, kind: str, currency: str, amount: Decimal) -> None:
    connection.execute(
        "INSERT INTO simulators.bank_account VALUES (%(b)s, %(f)s, %(k)s, %(c)s, greatest(%(a)s, 0))"
        " ON CONFLICT (bank, firm, kind, currency) DO UPDATE SET balance = bank_account.balance + %(a)s",
        {"b": bank, "f": firm, "k": kind, "c": currency, "a": amount},
    )
