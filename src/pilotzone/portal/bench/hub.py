"""`pilotzone bench hub`: signed messages from department to department, with everything the hub does, beside a plain relay.

Departments' messages are made and signed before the clock starts. Then each sends its own in batches by the API, and the receiver
fetches and acknowledges them by the API; a message counts when it was acknowledged and its entry is chained and sealed. Signature,
agreement, fields, masking, use log and chained log are on. The relay is the ordinary way in the same zone, judged by the same code:
one call and one transaction to send a message, one to fetch it, one to acknowledge it.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from pilotzone.base.days import add_days
from pilotzone.exchange.catalogue.reading import resource as entry_of
from pilotzone.exchange.hub import agreements, clients, envelope, log, rows
from pilotzone.exchange.hub.clients import Signed, to_sign
from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.bench.gauge import spent
from pilotzone.portal.bench.zone import Zone

# (owner, role, resource, fields): who sends what; all of it goes to the tax bureau
SENDERS = (
    ("zone.samr", "agency_officer", "samr.persons"),
    ("zone.customs", "customs_officer", "customs.list_status"),
)
RECEIVER, RECEIVING = "zone.tax", "tax_officer"
KEYS = 500  # business keys of a sender; each one's order is watched
FETCH = 500
STALL_S = 60.0
IDLE_S = 0.25  # a receiver with nothing to fetch
KINDS = ("web", "scheduler", "postgres")
BATCHES, SINGLE = "/api/v1/exchange/messages/batch", "/api/v1/exchange/messages"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What to measure: messages in all, messages a call, algorithm, and how many the relay gets (0: none)."""

    messages: int = 20_000
    batch: int = 200
    algorithm: str = "rsa"
    relay: int = 0


@dataclass(frozen=True)
class Party:
    """A sending department: its token, its signer, its agreement and the resource's key."""

    unit: str
    token: str
    signer: PemSigner
    agreement: int
    resource: str
    fields: tuple[str, ...]


def run(order: Order, zone: Zone, say: Say) -> dict[str, Any]:
    """The whole run in a zone that stands; answers the figures."""
    parties, receiver = found(zone.state, order.algorithm)
    share = order.messages // len(parties)
    say(f"{share * len(parties)} messages are signed")
    loads = [list(calls(party, "b", share, order.batch)) for party in parties]
    say("sending")
    before = {kind: sum(map(spent, zone.pids(kind))) for kind in KINDS}
    own = psutil.Process().cpu_times()
    began = time.monotonic()
    seen = Seen(share * len(parties))
    answered, problems = send(zone.port, parties, loads, BATCHES, envelope.BATCH_MEDIA, receiver, seen)
    sealed_s = _chained(began)
    told = psutil.Process().cpu_times()
    cost = {
        kind: round((sum(map(spent, zone.pids(kind))) - before[kind]) / max(1, seen.total) * 1e6, 1) for kind in KINDS
    }
    figures: dict[str, Any] = {
        "messages_per_s": round(len(seen.numbers) / sealed_s, 1), "messages": seen.total, "batch": order.batch, "algorithm": order.algorithm,
        "accepted_s": round(answered, 2), "seconds": round(sealed_s, 2), "cpu_us_per_message": cost,
        "sender_cpu_us_per_message": round((told.user + told.system - own.user - own.system) / max(1, seen.total) * 1e6, 1),
        "lost": seen.total - len(seen.numbers), "duplicated": seen.again, "out_of_order": seen.out_of_order, "refused": problems,
    }  # fmt: skip
    if order.relay:
        figures |= _relay(order, zone, parties, receiver, say)
        figures["ratio"] = round(figures["messages_per_s"] / max(0.001, figures["relay_messages_per_s"]), 2)
    with scope(PLATFORM):
        figures["chain_broken"] = len(log.broken())
    return figures


def found(state: Path, algorithm: str) -> tuple[list[Party], str]:
    """Departments with tokens, certificates and agreements; the receiver's token."""
    authority = DemoAuthority(state / "bench-authority", at=clock.wall())
    operator = Actor(kind=ZONE, person=900_001, unit_path="zone.eport", role="operator")
    applicant = Actor(kind=AGENCY, person=900_002, unit_path=RECEIVER, role=RECEIVING)
    parties = []
    for at, (unit, role, resource) in enumerate(SENDERS):
        fields = tuple(one.name for one in entry_of(resource).fields if one.klass != "important")
        wanted = agreements.Wanted(
            resource, "性能测量（合成）", "合成", fields, add_days(clock.today(), 30), 10_000_000
        )
        owner = Actor(kind=AGENCY, person=900_010 + at, unit_path=unit, role=role)
        with scope(applicant):
            number = agreements.apply(wanted)
        with scope(operator):
            agreements.check(number, passes=True)
        with scope(owner):
            agreements.decide(number, grants=True)
        issued = authority.issue(f"36010099{at:02d}", f"合成部门{at}", algorithm, at=clock.wall())
        with scope(operator):
            token = clients.issue(unit=unit, label="bench", certificate=issued.certificate.read_text("ascii"))
        parties.append(Party(unit, token, issued.signer(), number, resource, fields))
    with scope(operator):
        return parties, clients.issue(unit=RECEIVER, label="bench")


def event(party: Party, prefix: str, number: int) -> bytes:
    """One signed message; `subject` is one of KEYS, whose order is watched by the number at the id's end."""
    key = f"91360100MA{number % KEYS:08d}"
    told = {
        "specversion": "1.0", "id": f"{prefix}-{number:08d}", "source": envelope.SOURCE + party.unit, "type": party.resource, "subject": key,
        "time": clock.now().isoformat(), "datacontenttype": "application/json", "pzagreement": party.agreement,
        "data": {name: key if at == 0 else f"合成{number}" for at, name in enumerate(party.fields)},
    }  # fmt: skip
    signature = base64.b64encode(party.signer.sign(envelope.signed_part(told))).decode()
    return json.dumps(told | {envelope.SIGNATURE: signature}, ensure_ascii=False).encode()


def calls(party: Party, prefix: str, count: int, batch: int) -> Iterator[bytes]:
    """The bodies of the calls: batches, or single messages where `batch` is 0."""
    for first in range(0, count, batch or 1):
        part = [event(party, prefix, n) for n in range(first, min(count, first + (batch or 1)))]
        yield b"[" + b",".join(part) + b"]" if batch else part[0]


class Seen:
    """What the receiver got: every number once, in order per key."""

    def __init__(self, total: int) -> None:
        self.total, self.again, self.out_of_order = total, 0, 0
        self.numbers: set[int] = set()
        self._last: dict[tuple[str, str], str] = defaultdict(str)

    def take(self, told: dict[str, Any]) -> None:
        """Count one message."""
        number, at = int(told["id"]), told["event"]
        if number in self.numbers:
            self.again += 1
            return
        self.numbers.add(number)
        key = (at["source"], at["subject"])
        self.out_of_order += at["id"] <= self._last[key]
        self._last[key] = at["id"]


def send(
    port: int, parties: list[Party], loads: list[list[bytes]], path: str, media: str, receiver: str, seen: Seen, fetch: int = FETCH
) -> tuple[float, dict[str, int]]:  # fmt: skip
    """Send all loads, a thread a department, while a thread fetches and acknowledges; seconds until all was accepted, refusals."""
    refused: dict[str, int] = defaultdict(int)
    done = threading.Event()
    began, accepted = time.monotonic(), [0.0]

    def sending(party: Party, load: list[bytes]) -> None:
        with connected(port) as ask:
            for body in load:
                status, told = ask("POST", path, body, _headers(party, path, body, media))
                while status == 429:
                    time.sleep(0.2)
                    status, told = ask("POST", path, body, _headers(party, path, body, media))
                for one in told.get("results", [told]) if status == 200 else [told]:
                    if one.get("code"):
                        refused[str(one["code"])] += 1
        accepted[0] = max(accepted[0], time.monotonic() - began)

    def receiving() -> None:
        moved, head = time.monotonic(), {"Authorization": f"Bearer {receiver}"}
        with connected(port) as ask:
            while len(seen.numbers) < seen.total - sum(refused.values()) and time.monotonic() - moved < STALL_S:
                status, told = ask("GET", f"{SINGLE}?limit={fetch}", None, head)
                waiting = told.get("messages", []) if status == 200 else []
                if not waiting:
                    done.wait(IDLE_S)
                    continue
                moved = time.monotonic()
                for one in waiting:
                    seen.take(one)
                body = json.dumps({"ids": [one["id"] for one in waiting]}).encode()
                while ask("POST", f"{SINGLE}/taken", body, head | {"Content-Type": "application/json"})[0] == 429:
                    time.sleep(0.2)

    threads = [threading.Thread(target=sending, args=pair) for pair in zip(parties, loads, strict=True)]
    threads.append(threading.Thread(target=receiving))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return accepted[0], dict(refused)


@contextmanager
def connected(port: int) -> Iterator[Callable[..., tuple[int, dict[str, Any]]]]:
    """A connection that stays open; a call answers the status and the JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")

    try:
        yield ask
    finally:
        connection.close()


def _headers(party: Party, path: str, body: bytes, media: str) -> dict[str, str]:
    what = Signed("POST", path, clock.wall().isoformat(), "", "", body)
    return {
        "Authorization": f"Bearer {party.token}", "Content-Type": media, "Hub-Time": what.time,
        "Hub-Signature": base64.b64encode(party.signer.sign(to_sign(what))).decode(),
    }  # fmt: skip


def _chained(began: float) -> float:
    """Seconds since `began` until every entry is chained and sealed."""
    with scope(PLATFORM):
        log.seal()
        assert rows.first("SELECT count(*) AS n FROM exchange_hub_entry") == {"n": 0}
    return time.monotonic() - began


def _relay(order: Order, zone: Zone, parties: list[Party], receiver: str, say: Say) -> dict[str, Any]:
    share = order.relay // len(parties)
    say(f"{share * len(parties)} messages one by one")
    loads = [list(calls(party, "s", share, 0)) for party in parties]
    seen = Seen(share * len(parties))
    began = time.monotonic()
    send(zone.port, parties, loads, SINGLE, envelope.MEDIA, receiver, seen, fetch=1)
    return {
        "relay_messages_per_s": round(len(seen.numbers) / (time.monotonic() - began), 1),
        "relay_lost": seen.total - len(seen.numbers),
    }
