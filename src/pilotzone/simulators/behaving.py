"""The behaviour of the counterparts that live in the database, read and changed by the switchboard's names."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import psycopg

from pilotzone.simulators import board, faults
from pilotzone.simulators.board import Simulator
from pilotzone.simulators.broker import queues
from pilotzone.simulators.firm import receiving
from pilotzone.simulators.singlewindow import signon

Connection = psycopg.Connection[Any]


def firms(connection: Connection) -> list[str]:
    """The receiving systems that were ever told how to behave, by their names on the board."""
    rows = connection.execute(
        "SELECT name FROM simulators.setting WHERE starts_with(name, %s) ORDER BY name", (board.FIRM,)
    ).fetchall()
    return [row[0] for row in rows]


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every one with its state and what is usual: {name, zh, en, state, usual}."""
    found = [
        board.CUSTOMS,
        board.SINGLE_WINDOW,
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
    one = board.simulator(name, firms(connection))
    return told(one, _write(connection, one, one.fields(typed)), _usual(one))


def reset(connection: Connection, name: str) -> dict[str, Any]:
    """Everything on the board as usual again; what is not on it (a firm's secrets) stays."""
    one = board.simulator(name, firms(connection))
    usual = msgspec.structs.asdict(_usual(one))
    return told(
        one, _write(connection, one, {switch.field: usual[switch.field] for switch in one.switches}), _usual(one)
    )


def _usual(one: Simulator) -> msgspec.Struct:
    if one.name == board.CUSTOMS.name:
        return faults.USUAL
    if one.name == board.BROKER.name:
        return queues.Behaviour()
    return signon.Behaviour() if one.name == board.SINGLE_WINDOW.name else receiving.Behaviour()


def _read(connection: Connection, one: Simulator) -> msgspec.Struct:
    if one.name == board.CUSTOMS.name:
        return faults.read(connection)
    if one.name == board.BROKER.name:
        return queues.behaviour(connection)
    if one.name == board.SINGLE_WINDOW.name:
        return signon.behaviour(connection)
    return receiving.read(connection, one.name.removeprefix(board.FIRM))


def _write(connection: Connection, one: Simulator, fields: dict[str, Any]) -> msgspec.Struct:
    if one.name == board.CUSTOMS.name:
        return faults.change(connection, fields)
    if one.name == board.BROKER.name:
        return queues.behave(connection, fields)
    if one.name == board.SINGLE_WINDOW.name:
        return signon.behave(connection, fields)
    return receiving.change(connection, one.name.removeprefix(board.FIRM), fields)
