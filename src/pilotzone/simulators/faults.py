"""What a counterpart may be told to do wrong, and how fast and how strict it is. Kept in the database, changed by HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg

from pilotzone.simulators import settings


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How customs behaves.

    delay_ms: before each further receipt; down: the node answers 503; repeat: share of receipts sent twice;
    reorder: receipts of one run are sent backwards; review, inspection: shares of lists taken for 人工审核 and 查验;
    brief: only final receipts (for bulk loads); hold_s: how long a list may wait for its order, payment, waybill;
    ask: share of import orders whose payment raw data are asked of the platform (announcement 165);
    follow: customs lives by the time a message was sent (a synthetic year arrives in a minute);
    unpaid: share of tax bills that no firm pays;
    tax_down: the tax authority answers 503; tax_refuse, tax_ask: shares of refund filings it does not take, and asks about;
    tax_repeat: it tells its news again although they were fetched;
    field_s: how long customs waits for the result of an inspection before its own inspectors release the goods.
    """

    delay_ms: int = 400
    down: bool = False
    repeat: float = 0.0
    reorder: bool = False
    review: float = 0.02
    inspection: float = 0.03
    brief: bool = False
    hold_s: int = 60
    ask: float = 0.0
    follow: bool = False
    unpaid: float = 0.004
    tax_down: bool = False
    tax_refuse: float = 0.0
    tax_ask: float = 0.0
    tax_repeat: bool = False
    field_s: int = 0


NAME = "customs"
USUAL = Behaviour(ask=0.2)  # in a demonstration zone


def read(connection: psycopg.Connection[Any]) -> Behaviour:
    """The behaviour in force; the default where nothing was set."""
    return settings.read(connection, NAME, Behaviour)


def change(connection: psycopg.Connection[Any], changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, NAME, Behaviour, changes)
