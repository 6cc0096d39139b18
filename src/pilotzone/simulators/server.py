"""The counterparts' door: one small HTTP server for the single window's node, its sign-on, and the control of faults.

POST /dxp/send            a DxpMsg; answers a JSON of the exchange platform's code and text
POST /dxp/send-all        {"messages": [a DxpMsg in Base64]}; answers {"answers": [{"code", "text"}]}
GET  /dxp/receive         ?id=DXP…&max=50; answers {"messages": [{"number", "body" (Base64)}]}
POST /dxp/ack             {"id", "numbers"}; what was fetched and kept is not delivered again
GET|POST /control         how customs behaves (see faults.Behaviour)
POST /ceb2grab/grab/realTimeDataUpload   form field payExInfoStr; answers as announcement 179's annex does
POST /signon              {"account", "code"}; the single window's simulated sign-on
GET  /simulators          the switchboard (board.py), from this machine only: {"simulators": [{name, zh, en, state, usual}]}
POST /simulators/NAME     {switch: value}; POST /simulators/NAME/reset: as usual again
POST /signon/register     {"account", "code", "person"}; makes an account known, from this machine only
POST /tax/filings         a signed refund filing; answers {"state", "receipt", "text"} (tax/filings.py)
POST /tax/answers         {"number", "text"}; POST /tax/decisions {"number", "decision"}
POST /customs/cancellations {"list"}; customs cancels a list it has released, from this machine only (customs/cancelling.py)
POST /customs/inspections {"results": [{"id", "status", "outcome", "lists"}]}; answers what became of each (customs/inspected.py)
GET  /tax/news            {"news": [{"id", "number", "kind", "content"}]}; POST /tax/news/ack {"ids"}
     /departments/NAME/…  what a department's own system shares through the hub (departments.py)
     /registers/NAME/…    the registers of market regulation, customs, tax and SAFE (registers.py)
POST /licence/sign-on     the electronic licence
     /firm/NAME…          a firm that is pushed receipts (firm/door.py)
     /carrier/CODE/…      a carrier's waybills and what befell them (carrier/door.py)
     /safe/… /bank/CODE/… the foreign-exchange administration and banks (safe/door.py)
GET  /healthz             and how many messages and receipts wait in it
"""

from __future__ import annotations

import http.server
import ipaddress
import json
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

from pilotzone.base.errors import Refused
from pilotzone.exchange.channels import payment_data
from pilotzone.kernel import clock
from pilotzone.kernel.home import home
from pilotzone.simulators import behaving, departments, faults, registers
from pilotzone.simulators.carrier import door as carriers
from pilotzone.simulators.customs import cancelling, inspected, payment
from pilotzone.simulators.firm import door as firms
from pilotzone.simulators.safe import door as exchange
from pilotzone.simulators.samr import licence
from pilotzone.simulators.singlewindow import node, signon
from pilotzone.simulators.tax import door as taxes

Pool = ConnectionPool[psycopg.Connection[Any]]
MAX_BODY = node.MAX_BYTES * 2
Reply = tuple[HTTPStatus, dict[str, Any]]
Routes = dict[str, Callable[[psycopg.Connection[Any], dict[str, str], bytes], Reply]]


class Bundle(msgspec.Struct):
    """Several DxpMsg in one request, each in Base64."""

    messages: list[bytes]


class Door(http.server.BaseHTTPRequestHandler):
    """One request. The pool is set on the class made by `door`."""

    pool: Pool
    protocol_version = "HTTP/1.1"
    server_version = "PilotZoneCounterparts"
    disable_nagle_algorithm = True  # head and body are two writes; the second must not wait for an acknowledgement

    def do_GET(self) -> None:
        routes: Routes = {
            "/healthz": _health,
            "/dxp/receive": _receive,
            "/control": _control_read,
            "/tax/news": taxes.news,
        }
        if self._near():
            routes["/simulators"] = _simulators
        self._answer(routes)

    def do_POST(self) -> None:
        routes: Routes = {
            "/dxp/send": _send, "/dxp/send-all": _send_all, "/dxp/ack": _acknowledge, "/control": _control, "/signon": _signon,
            payment_data.PATH: _payment_data, **taxes.POSTS, inspected.PATH: _inspected,
        }  # fmt: skip
        if self._near():
            routes["/signon/register"] = _signon_register
            routes[cancelling.PATH] = _cancelled
            name = self.path.removeprefix("/simulators/")
            if name != self.path:
                routes[urlsplit(self.path).path] = partial(_simulator, name)
        if urlsplit(self.path).path.startswith(registers.PREFIXES):
            routes[urlsplit(self.path).path] = self._register
        if urlsplit(self.path).path.startswith(departments.PREFIX):
            routes[urlsplit(self.path).path] = self._department
        self._answer(routes)

    def _near(self) -> bool:
        """Whether it is this machine that asks."""
        return ipaddress.ip_address(self.client_address[0]).is_loopback

    def _register(self, connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
        return registers.serve(connection, urlsplit(self.path).path, body, near=self._near())

    def _department(self, connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
        return departments.serve(connection, urlsplit(self.path).path, body, near=self._near())

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not logged one by one."""

    def _answer(self, routes: Routes) -> None:
        parts = urlsplit(self.path)
        body = self._body()
        handler = routes.get(parts.path)
        if body is not None and parts.path.startswith(firms.PREFIX):
            firms.serve(self, self.pool, body, near=self._near())
            return
        if body is None:
            status, reply = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"code": "too_large"}
        elif parts.path.startswith((*exchange.PREFIXES, carriers.PREFIX)):
            status, reply = self._exchange(parts.path, parts.query, body)
        elif handler is None:
            status, reply = HTTPStatus.NOT_FOUND, {"code": "not_found"}
        else:
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            try:
                if handler is _signon:
                    self._linger()
                with self.pool.connection() as connection:
                    status, reply = handler(connection, query, body)
            except Refused as refused:
                status, reply = HTTPStatus.BAD_REQUEST, {"code": refused.code, "zh": refused.zh, "en": refused.en}
            except (ValueError, KeyError, msgspec.MsgspecError) as wrong:
                status, reply = HTTPStatus.BAD_REQUEST, {"code": "bad_request", "text": str(wrong)[:300]}
        data = msgspec.json.encode(reply)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if body is None:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def _exchange(self, path: str, query: str, body: bytes) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        near, carrier = self._near(), path.startswith(carriers.PREFIX)
        try:
            with self.pool.connection() as connection:
                wait_s = carriers.delay_s(connection, path) if carrier else exchange.delay_s(connection, path)
            if wait_s:
                time.sleep(wait_s)  # without holding a connection
            with self.pool.connection() as connection:
                if carrier:
                    shown = self.headers.get("Authorization", "")
                    return carriers.serve(connection, self.command, path, asked, body, near=near, shown=shown)
                return exchange.serve(connection, self.command, path, asked, body, near=near)
        except Refused as refused:
            return HTTPStatus.BAD_REQUEST, {"code": refused.code, "zh": refused.zh, "en": refused.en}
        except (ValueError, KeyError, TypeError, AttributeError, psycopg.DataError, msgspec.MsgspecError) as wrong:
            return HTTPStatus.BAD_REQUEST, {"code": "bad_request", "text": str(wrong)[:300]}

    def _linger(self) -> None:
        """The sign-on takes its time, without holding a connection."""
        with self.pool.connection() as connection:
            wait_ms = signon.behaviour(connection).delay_ms
        if wait_ms:
            time.sleep(wait_ms / 1000)

    def _body(self) -> bytes | None:
        length = int(self.headers.get("Content-Length") or 0)
        return None if length > MAX_BODY else self.rfile.read(length)


def door(pool: Pool) -> type[Door]:
    """The request handler bound to a pool of connections."""
    return type("BoundDoor", (Door,), {"pool": pool})


def _health(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    # what waits for the result of an inspection (field_s) comes when somebody enters one: nobody waits for it here
    row = connection.execute(
        "SELECT (SELECT count(*) FROM simulators.mailbox WHERE acknowledged_at IS NULL)"
        " + (SELECT count(*) FROM simulators.customs_receipt WHERE due_at < clock_timestamp() + interval '1 hour')"
    ).fetchone()
    return HTTPStatus.OK, {"ok": True, "waiting": row[0] if row else 0}


def _send(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    if faults.read(connection).down:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"}
    code, text = node.send(connection, body)
    return HTTPStatus.OK if code == "0000" else HTTPStatus.UNPROCESSABLE_ENTITY, {"code": code, "text": text}


def _send_all(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    if faults.read(connection).down:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"}
    told = node.send_all(connection, msgspec.json.decode(body, type=Bundle).messages)
    return HTTPStatus.OK, {"answers": [{"code": code, "text": text} for code, text in told]}


def _receive(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    if faults.read(connection).down:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"}
    rows = node.receive(connection, query["id"], min(int(query.get("max", "50")), 200))
    return HTTPStatus.OK, {"messages": [{"number": number, "body": raw} for number, raw in rows]}


def _acknowledge(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    asked = json.loads(body)
    return HTTPStatus.OK, {
        "acknowledged": node.acknowledge(connection, str(asked["id"]), [int(n) for n in asked["numbers"]])
    }


def _control_read(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    return HTTPStatus.OK, msgspec.structs.asdict(faults.read(connection))


def _control(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    return HTTPStatus.OK, msgspec.structs.asdict(faults.change(connection, json.loads(body)))


def _simulators(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    return HTTPStatus.OK, {"simulators": behaving.listed(connection)}


def _simulator(name: str, connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    if name.endswith("/reset"):
        return HTTPStatus.OK, behaving.reset(connection, name.removesuffix("/reset"))
    return HTTPStatus.OK, behaving.change(connection, name, {str(k): str(v) for k, v in json.loads(body).items()})


def _cancelled(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    number, now = str(json.loads(body)["list"]), clock.read(connection).now()
    return HTTPStatus.OK, {"text": cancelling.cancel(connection, number, now, faults.read(connection))}


def _inspected(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    told = json.loads(body)["results"]
    return HTTPStatus.OK, {"answers": inspected.take(connection, told, faults.read(connection))}


def _payment_data(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    if faults.read(connection).down:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"}
    text = parse_qs(body.decode()).get("payExInfoStr", [""])[0]
    now = clock.read(connection).now()
    told: dict[str, Any] = json.loads(payment.judge(connection, text, payment.issued(home() / "demo" / "keys"), now))
    return HTTPStatus.OK, told


def _signon(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    asked = json.loads(body)
    if signon.behaviour(connection).down:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"code": "3001", "text": "system"}
    told = signon.sign_on(connection, str(asked["account"]), str(asked["code"]))
    if told and told.get("uscc"):
        told = told | {"ticket": licence.issue(connection, str(told["uscc"]))}
    return (HTTPStatus.OK, told) if told else (HTTPStatus.FORBIDDEN, {"code": "signon.refused"})


def _signon_register(connection: psycopg.Connection[Any], query: dict[str, str], body: bytes) -> Reply:
    asked = json.loads(body)
    account, code = str(asked["account"]), str(asked["code"])
    if not account or not code or not isinstance(asked["person"], dict):
        raise ValueError("account, code and person are wanted")
    signon.register(connection, account, code, asked["person"])
    return HTTPStatus.OK, {"account": account}
