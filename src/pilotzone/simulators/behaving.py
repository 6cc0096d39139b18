"""The behaviour of the counterparts that live in the database, read and changed by the switchboard's names."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
import psycopg

from pilotzone.simulators import board, conduct, faults, settings
from pilotzone.simulators.bank import books as bank
from pilotzone.simulators.board import Simulator
from pilotzone.simulators.broker import queues
from pilotzone.simulators.carrier import books as carrier
from pilotzone.simulators.firm import receiving
from pilotzone.simulators.safe import books as safe
from pilotzone.simulators.singlewindow import signon

Connection = psycopg.Connection[Any]


def firms(connection: Connection) -> list[str]:
    """The receiving systems that were ever told how to behave, by their names on the board."""
    return settings.names(connection, board.FIRM)


def banks(connection: Connection) -> list[str]:
    """The banks that hold an account or a remittance, by their names on the board."""
    rows = connection.execute(
        "SELECT bank FROM simulators.bank_account UNION SELECT bank FROM simulators.bank_receipt ORDER BY 1 LIMIT 50"
    ).fetchall()
    return [board.BANK + row[0] for row in rows]


def carriers(connection: Connection) -> list[str]:
    """The carriers that hold a parcel or were told how to behave, by their names on the board."""
    return [board.CARRIER + code for code in carrier.carriers(connection)]


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every one with its state and what is usual: {name, zh, en, state, usual}."""
    found = [
        board.CUSTOMS,
        board.SINGLE_WINDOW,
        board.TAX,
        board.SAFE,
        *(board.bank(name.removeprefix(board.BANK)) for name in banks(connection)),
        *(board.carrier(name.removeprefix(board.CARRIER)) for name in carriers(connection)),
        *board.DEPARTMENTS,
        *([board.BROKER] if os.environ.get("PILOTZONE_BROKER_PORT") else []),
        *(board.firm(name.removeprefix(board.FIRM)) for name in firms(connection)),
    ]
    return [told(one, _read(connection, one), _usual(one)) for one in found]


def told(one: Simulator, state: Any, usual: Any) -> dict[str, Any]:
    """A simulator as the board shows it, from its own structs."""
    return {
        "name": one.name, "zh": one.zh, "en": one.en, "state": one.shown(msgspec.structs.asdict(state)),
        "usual": one.shown(msgspec.structs.asdict(usual)),
    }  # fmt: skip


def change(connection: Connection, name: str, typed: dict[str, str]) -> dict[str, Any]:
    """Set the named switches and keep the others. Refused `simulate.name`, `simulate.switch`, `simulate.value`."""
    one = board.simulator(name, _known(connection))
    return told(one, _write(connection, one, one.fields(typed)), _usual(one))


def reset(connection: Connection, name: str) -> dict[str, Any]:
    """Everything on the board as usual again; what is not on it (a firm's secrets) stays."""
    one = board.simulator(name, _known(connection))
    usual = msgspec.structs.asdict(_usual(one))
    return told(
        one, _write(connection, one, {switch.field: usual[switch.field] for switch in one.switches}), _usual(one)
    )


def _known(connection: Connection) -> list[str]:
    return [*firms(connection), *banks(connection), *carriers(connection)]


def _usual(one: Simulator) -> msgspec.Struct:
    return faults.USUAL if one.name in (board.CUSTOMS.name, board.TAX.name) else _keeper(one).Behaviour()


def _read(connection: Connection, one: Simulator) -> msgspec.Struct:
    return _keeper(one).read(connection)


def _write(connection: Connection, one: Simulator, fields: dict[str, Any]) -> msgspec.Struct:
    return _keeper(one).change(connection, fields)


def _keeper(one: Simulator) -> _Keeper:
    """Where its behaviour is kept: of many of a kind (firms, banks, departments) under a name of its own."""
    prefix, _, name = one.name.partition(":")
    if not name:
        return _KEEPERS[one.name]
    kind, read, change = _NAMED[f"{prefix}:"]
    return _Keeper(
        kind, lambda connection: read(connection, name), lambda connection, fields: change(connection, name, fields)
    )


class _Keeper(NamedTuple):
    """Where the behaviour of a counterpart is kept."""

    Behaviour: Callable[[], msgspec.Struct]
    read: Callable[[Connection], msgspec.Struct]
    change: Callable[[Connection, dict[str, Any]], msgspec.Struct]


_CUSTOMS = _Keeper(faults.Behaviour, faults.read, faults.change)
_KEEPERS = {
    board.CUSTOMS.name: _CUSTOMS, board.TAX.name: _CUSTOMS,
    board.SAFE.name: _Keeper(safe.Behaviour, safe.read, safe.change),
    board.BROKER.name: _Keeper(queues.Behaviour, queues.behaviour, queues.behave),
    board.SINGLE_WINDOW.name: _Keeper(signon.Behaviour, signon.behaviour, signon.behave),
}  # fmt: skip
_NAMED: dict[str, tuple[Callable[[], msgspec.Struct], Callable[..., msgspec.Struct], Callable[..., msgspec.Struct]]] = {
    board.FIRM: (receiving.Behaviour, receiving.read, receiving.change),
    board.CARRIER: (carrier.Behaviour, carrier.read, carrier.change),
    board.BANK: (bank.Behaviour, bank.read, bank.change),
    board.DEPARTMENT: (conduct.Conduct, conduct.read, conduct.change),
}
