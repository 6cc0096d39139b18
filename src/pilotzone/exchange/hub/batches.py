"""Many messages in one call: each judged and signed by itself, all kept in one transaction with a few statements.

What one message costs alone (a request, a transaction, a statement for each of its rows) a batch pays once. A message that is not in
order is refused by its place and written down; the others are kept. One that came before with the same content is told as repeated.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import agreements, chain, clients, envelope, log, rights, rows
from pilotzone.exchange.hub.asking import known
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.envelope import Event
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.hub.mailbox import SKEW_S, TABLE
from pilotzone.exchange.hub.rights import Cutter, Right
from pilotzone.exchange.sealing import pack
from pilotzone.exchange.signing import Certificate
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message in order: its place in the batch, what is kept of it, whom it concerns."""

    place: int
    event: Event
    target: str
    article: str
    content: bytes
    digest: bytes
    signature: bytes
    firm: str
    fields: tuple[str, ...]
    empty: int


def send_batch(body: bytes, certificate: Certificate | None = None) -> list[dict[str, Any]]:
    """Take a batch of the caller's department; answers for each event, in order, {id, event, log, repeated} or {event, log, code, zh, en}.

    With `certificate` each event carries `pzsignature` of its key. Refused `hub.*` as a whole only where no batch can be read.
    """
    require(agreements.USE)
    source, told = department(), envelope.parse_batch(body)
    judge = _Judge(source, certificate)
    ready, refusals = list[_Ready](), dict[int, Problem]()
    for place, one in enumerate(told):
        try:
            ready.append(judge.ready(place, one))
        except Problem as problem:
            refusals[place] = problem
    kept = _kept(source, ready)
    for one in ready:
        if kept[one.place] is None:
            refusals[one.place] = refused("hub.replayed", id=one.event.id)
    return _told(source, told, ready, kept, refusals)


class _Judge:
    """Reads and judges events of one batch; agreements are asked for once."""

    def __init__(self, source: str, certificate: Certificate | None) -> None:
        self._source, self._certificate = source, certificate
        self._now, self._today = clock.now(), clock.today()
        self._rights: dict[tuple[int, str], tuple[Resource, Right, str]] = {}
        self._cutters: dict[tuple[int, str, tuple[str, ...]], tuple[tuple[str, ...], Cutter]] = {}
        wall = clock.wall()
        if certificate is not None and not certificate.not_before <= wall <= certificate.not_after:
            raise refused("hub.revoked")

    def ready(self, place: int, told: Any) -> _Ready:
        event = envelope.read(told)
        signature = self._signature(told, event)
        if event.source != self._source:
            raise refused("hub.source")
        if abs((event.time - self._now).total_seconds()) > SKEW_S:
            raise refused("hub.clock_skew", most=SKEW_S)
        resource, right, target = self._right(event)
        fields, cutter = self._cutter(event, resource, right)
        cut = cutter.cut({}, [event.data])
        if not cut:
            raise refused("hub.no_grant")
        content = chain.octets(envelope.build(event) | {"data": cut[0]})
        return _Ready(
            place, event, target, right.article, content, hashlib.sha256(content).digest(), signature,
            event.data.get(resource.concerns, "") if resource.concerns else "", fields, sum(not value for value in cut[0].values()),
        )  # fmt: skip

    def _signature(self, told: Mapping[str, Any], event: Event) -> bytes:
        said = told.get(envelope.SIGNATURE)
        if self._certificate is None:
            return b""
        if not isinstance(said, str):
            raise refused("hub.unsigned", id=event.id)
        try:
            signature = base64.b64decode(said, validate=True)
        except (binascii.Error, ValueError):
            raise refused("hub.signature") from None
        if not clients.holds(self._certificate, signature, envelope.signed_part(told)):
            raise refused("hub.signature")
        return signature

    def _cutter(self, event: Event, resource: Resource, right: Right) -> tuple[tuple[str, ...], Cutter]:
        """The fields of an event judged, and what cuts them; asked once for events of the same fields."""
        key = (event.agreement, event.type, tuple(event.data))
        found = self._cutters.get(key)
        if found is None:
            fields = rights.judge(resource, right, key[2], day=self._today, used=0)
            found = self._cutters[key] = (fields, Cutter(resource, right, fields))
        return found

    def _right(self, event: Event) -> tuple[Resource, Right, str]:
        found = self._rights.get((event.agreement, event.type))
        if found is None:
            resource = known(event.type)
            row = rows.first("SELECT * FROM exchange_hub_agreement WHERE id = %s", (event.agreement,))
            if row is None or row["owner"] != self._source or row["resource"] != event.type:
                raise refused("hub.no_grant")
            found = self._rights[event.agreement, event.type] = (resource, agreements.right(row), row["applicant"])
        return found


def _kept(source: str, ready: Sequence[_Ready]) -> dict[int, tuple[int, bool] | None]:
    """By place: the message's number and whether it came before; None where its id was another message's."""
    if not ready:
        return {}
    made = dict(
        rows.bulk(
            "INSERT INTO exchange_hub_message (event_id, source, target, resource, agreement, key, body, sha256, signature, next_try_at, created_at)"
            " WITH t AS MATERIALIZED (SELECT pz_now() AS now) SELECT r.event, %s, r.target, r.resource, r.agreement, r.key, r.body, r.sha,"
            " r.signature, t.now, t.now FROM t, unnest(%b::text[], %b::text[], %b::text[], %b::bigint[], %b::text[], %b::bytea[],"
            " %b::bytea[], %b::bytea[]) WITH ORDINALITY r(event, target, resource, agreement, key, body, sha, signature, place)"
            " ORDER BY r.place ON CONFLICT (source, event_id) DO NOTHING RETURNING event_id, id",
            (
                source, [one.event.id for one in ready], [one.target for one in ready], [one.event.type for one in ready],
                [one.event.agreement for one in ready], [one.event.subject for one in ready], [pack(one.content, TABLE) for one in ready],
                [one.digest for one in ready], [one.signature for one in ready],
            ),
        )
    )  # fmt: skip
    told: dict[int, tuple[int, bool] | None] = {}
    fresh, older = list[_Ready](), list[_Ready]()
    for one in ready:
        number = made.pop(one.event.id, None)
        if number is None:
            older.append(one)
        else:
            told[one.place] = (number, False)
            fresh.append(one)
    _noted(source, fresh)
    if older:
        found = {
            event: (number, bytes(sha))
            for event, number, sha in rows.bulk(
                "SELECT event_id, id, sha256 FROM exchange_hub_message WHERE source = %s AND event_id = ANY(%b::text[])",
                (source, [one.event.id for one in older]),
            )
        }
        for one in older:
            number, sha = found.get(one.event.id, (0, b""))
            told[one.place] = (number, True) if sha == one.digest else None
    return told


def _noted(source: str, fresh: Sequence[_Ready]) -> None:
    """The use log's rows, and whom they concerned."""
    if not fresh:
        return
    made = rows.bulk(
        "INSERT INTO exchange_hub_use (at, day, agreement, resource, owner, consumer, article, fields, rows, cells, empty, way)"
        " WITH t AS MATERIALIZED (SELECT pz_now() AS now) SELECT t.now, %s, r.agreement, r.resource, %s, r.consumer, r.article,"
        " string_to_array(r.fields, ' '), 1, r.cells, r.empty, 'message' FROM t, unnest(%b::bigint[], %b::text[], %b::text[], %b::text[],"
        " %b::text[], %b::int[], %b::int[]) WITH ORDINALITY r(agreement, resource, consumer, article, fields, cells, empty, place)"
        " ORDER BY r.place RETURNING id",
        (
            clock.today(), source, [one.event.agreement for one in fresh], [one.event.type for one in fresh], [one.target for one in fresh],
            [one.article for one in fresh], [" ".join(one.fields) for one in fresh], [len(one.fields) for one in fresh],
            [one.empty for one in fresh],
        ),
    )  # fmt: skip
    concerned = [(use, one.firm[:40]) for (use,), one in zip(made, fresh, strict=True) if one.firm]
    if concerned:
        rows.bulk(
            "INSERT INTO exchange_hub_concern (use, uscc) SELECT * FROM unnest(%b::bigint[], %b::text[])",
            ([use for use, _ in concerned], [firm for _, firm in concerned]),
        )


def _told(
    source: str,
    events: Sequence[Any],
    ready: Sequence[_Ready],
    kept: Mapping[int, tuple[int, bool] | None],
    refusals: Mapping[int, Problem],
) -> list[dict[str, Any]]:
    """Write the entries and tell each event its outcome."""
    by_place = {one.place: one for one in ready}
    entries, outcomes = list[tuple[str, dict[str, Any]]](), list[dict[str, Any]]()
    for place, told in enumerate(events):
        problem = refusals.get(place)
        if problem is not None:
            said = str(told.get("id", ""))[:100] if isinstance(told, dict) else ""
            event = said.encode("utf-8", "replace").decode()
            facts: dict[str, Any] = {
                "consumer": source,
                "owner": "",
                "resource": "message",
                "event": event,
                "code": problem.code,
            }
            entries.append(("message.refused", facts))
            outcomes.append({"event": event, "code": problem.code, "zh": problem.zh, "en": problem.en})
            continue
        one = by_place[place]
        number, repeated = kept[place] or (0, False)
        facts = {
            "message": number, "event": one.event.id, "owner": source, "consumer": one.target, "resource": one.event.type,
            "agreement": one.event.agreement, "content": one.digest.hex(),
        }  # fmt: skip
        if one.signature:
            facts["signature"] = log.digest(one.signature)
        entries.append(("message.repeated" if repeated else "message.taken", facts))
        outcomes.append({"event": one.event.id, "id": number, "repeated": repeated})
    for outcome, ticket in zip(outcomes, log.write_all(entries), strict=True):
        outcome["log"] = ticket
    return outcomes
