"""SAFE's and the banks' addresses at the counterparts' door.

GET  /safe/names|rates|months       everything SAFE knows of a kind: {"rows"}
POST /safe/reports                  {"reports"}: trade-credit reports; answers {"numbers": {id: number}}
POST /safe/tell                     {"kind", "rows"}, from this machine only
GET|POST /safe/control              how SAFE behaves (books.Behaviour)
GET  /bank/CODE/receipts            ?after=0&max=100: remittances {"receipts"}
POST /bank/CODE/advised             {"rows": [{"number", "outcome"}]}; answers {"decisions"} where the bank decides by itself
POST /bank/CODE/decided             {"rows": [{"number", "decision"}]}
GET  /bank/CODE/accounts            ?firm=CODE
POST /bank/CODE/remit               {"rows"}, from this machine only
GET|POST /bank/CODE/control         how that bank behaves
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import msgspec

from pilotzone.simulators.bank import books as bank_books
from pilotzone.simulators.safe import books

PREFIXES = ("/safe/", "/bank/")
Reply = tuple[HTTPStatus, dict[str, Any]]
AWAY: Reply = (HTTPStatus.SERVICE_UNAVAILABLE, {"code": "away"})
UNKNOWN: Reply = (HTTPStatus.NOT_FOUND, {"code": "not_found"})
NEAR = ("tell", "remit")
_CODE = re.compile(r"[0-9A-Z]{1,18}")


def serve(
    connection: books.Connection, method: str, path: str, query: dict[str, str], body: bytes, *, near: bool
) -> Reply:  # fmt: skip
    """One request below /safe/ or /bank/. Raises ValueError, KeyError, MsgspecError for a request that is not in order."""
    parts = path.strip("/").split("/")
    if parts[-1] in (*NEAR, "control") and method == "POST" and not near:
        return UNKNOWN
    told = json.loads(body) if method == "POST" else {}
    if parts[0] == "safe" and len(parts) == 2:
        return _safe(connection, method, parts[1], told)
    if parts[0] == "bank" and len(parts) == 3 and _CODE.fullmatch(parts[1]):
        return _bank(connection, method, parts[1], parts[2], query, told)
    return UNKNOWN


def delay_s(connection: books.Connection, path: str) -> float:
    """How long a request below /safe/ or /bank/ waits for its answer, seconds; who sets the behaviour does not wait."""
    parts = path.strip("/").split("/")
    if parts[-1] == "control":
        return 0.0
    if parts[0] == "bank":
        known = len(parts) == 3 and _CODE.fullmatch(parts[1])
        return bank_books.read(connection, parts[1]).delay_ms / 1000 if known else 0.0
    return books.read(connection).delay_ms / 1000


def _safe(connection: books.Connection, method: str, what: str, told: dict[str, Any]) -> Reply:
    if what == "control":
        how = books.change(connection, told) if method == "POST" else books.read(connection)
        return HTTPStatus.OK, msgspec.structs.asdict(how)
    how = books.read(connection)
    if what == "tell" and method == "POST":
        return HTTPStatus.OK, {"told": books.tell(connection, told["kind"], told["rows"])}
    if how.down:
        return AWAY
    if what in books.KINDS and method == "GET":
        return HTTPStatus.OK, {"rows": books.rows(connection, what)}
    if what == "reports" and method == "POST":
        if how.refuse_reports:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"code": "reports_refused"}
        return HTTPStatus.OK, {"numbers": books.take_reports(connection, told["reports"])}
    return UNKNOWN


def _bank(
    connection: books.Connection, method: str, bank: str, what: str, query: dict[str, str], told: dict[str, Any]
) -> Reply:  # fmt: skip
    if what == "control":
        how = bank_books.change(connection, bank, told) if method == "POST" else bank_books.read(connection, bank)
        return HTTPStatus.OK, msgspec.structs.asdict(how)
    how = bank_books.read(connection, bank)
    if what == "remit" and method == "POST":
        return HTTPStatus.OK, {"remitted": bank_books.remit(connection, bank, told["rows"])}
    if how.down:
        return AWAY
    reads: dict[str, Callable[[], dict[str, Any]]] = {
        "receipts": lambda: {
            "receipts": bank_books.receipts(
                connection, bank, int(query.get("after", "0")), min(int(query.get("max", "100")), 500)
            )
        },
        "accounts": lambda: {"accounts": bank_books.accounts(connection, bank, query["firm"])},
    }
    writes: dict[str, Callable[[], dict[str, Any]]] = {
        "advised": lambda: {"decisions": bank_books.advised(connection, bank, told["rows"])},
        "decided": lambda: {"done": bank_books.decided(connection, bank, told["rows"])},
    }
    do = (writes if method == "POST" else reads).get(what)
    return (HTTPStatus.OK, do()) if do else UNKNOWN
