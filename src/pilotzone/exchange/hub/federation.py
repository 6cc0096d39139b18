"""Federation: a zone tells another what of its shared resources changed, and keeps what the other tells, in signed bundles.

A peer is told the resources its entry names, and of those what every department may have without an agreement (public and internal
fields of unconditional resources): what needs an agreement goes by messages. What comes is kept beside our own data as the peer's,
by resource and key (`mirrored`), never mixed with it. Bundles travel as files or by any transport: none of it is trusted but the signature.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.exchange.hub import bundles, clients, log, providers, rights, rows
from pilotzone.exchange.hub.asking import known
from pilotzone.exchange.hub.bundles import Bundle, Record, Standing
from pilotzone.exchange.hub.errors import denied, refused
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.exchange.signing import from_pem, packages
from pilotzone.exchange.signing.signers import Signer
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

RUN = "platform.run"
_PEER = "SELECT * FROM exchange_hub_peer WHERE code = %s AND ended_at IS NULL"
_PEER_LOCKED = _PEER + " FOR UPDATE"
OFFER, MIRROR = "exchange_hub_offer", "exchange_hub_mirror"


def add_peer(*, code: str, own: str, name: str, certificate: str, resources: Iterable[str], unit: str = "") -> None:
    """Agree with another server: `code` is it, `own` what it calls us, `certificate` its zone's (PEM), `resources` what it is told.

    Refused `hub.resource`, `hub.not_shared`, `hub.no_grant` where a resource is not shared unconditionally, `hub.certificate`, `hub.input`.
    """
    require(RUN)
    wanted = sorted(set(resources))
    for one in wanted:
        rights.without_agreement(known(one))
    try:
        from_pem(certificate.encode())
    except Problem as fault:
        raise refused("hub.certificate", what=fault.code) from fault
    if not (_is_code(code) and _is_code(own) and code != own and 0 < len(name.strip()) <= 80):
        raise refused("hub.input", what="code, own, name")
    made = rows.run(
        "INSERT INTO exchange_hub_peer (code, own, name, certificate, resources, unit, created_at) VALUES (%s, %s, %s, %s, %s, %s, pz_now())"
        " ON CONFLICT DO NOTHING",
        (code, own, name.strip(), certificate, wanted, unit),
    )
    if not made:
        raise refused("hub.input", what=code)


def end_peer(code: str) -> None:
    """Exchange nothing more with a peer; what was exchanged stays."""
    require(RUN)
    if not rows.run("UPDATE exchange_hub_peer SET ended_at = pz_now() WHERE code = %s AND ended_at IS NULL", (code,)):
        raise denied("hub.unknown")


def peers() -> list[dict[str, Any]]:
    """Every peer with how far both sides are, its last bundle each way and what is kept of it."""
    return rows.every(
        "SELECT p.id, p.code, p.own, p.name, p.resources, p.unit, p.said, p.acked, p.reached, p.created_at, p.ended_at,"
        " (SELECT max(at) FROM exchange_hub_bundle b WHERE b.peer = p.id AND way = 'out') AS out_at,"
        " (SELECT max(at) FROM exchange_hub_bundle b WHERE b.peer = p.id AND way = 'in') AS in_at,"
        " (SELECT count(*) FROM exchange_hub_mirror m WHERE m.peer = p.id) AS kept FROM exchange_hub_peer p ORDER BY p.id"
    )


def journal(*, limit: int = 200) -> list[dict[str, Any]]:
    """The bundles that went and came, the newest first."""
    return rows.every(
        "SELECT b.id, p.code, p.name, b.way, b.number, b.records, b.news, b.outcome, b.at FROM exchange_hub_bundle b"
        " JOIN exchange_hub_peer p ON p.id = b.peer ORDER BY b.id DESC LIMIT %s",
        (limit,),
    )


def collect(code: str, keys: Mapping[str, Iterable[str]]) -> int:
    """Ask our own providers for what the peer is told and offer what changed; answers how many records. `keys`: by resource, for those that
    are asked by key; a resource not named is asked whole. As who runs the platform."""
    require(RUN)
    peer, done = _peer(code), 0
    for name in peer["resources"]:
        resource = known(name)
        right = rights.without_agreement(resource)
        if not providers.answers(name):
            continue
        fields = tuple(one for one in resource.names if one in right.fields)
        answering, state = providers.provider(name), defaultdict[str, list[dict[str, str]]](list)
        questions = [{resource.key: key} for key in keys[name]] if name in keys else [{}]
        with scope(PLATFORM):
            for where in questions:
                for row in rights.cut(resource, right, fields, where, answering(where, clock.today())):
                    if row.get(resource.key):
                        state[row[resource.key]].append(row)
        done += offer(code, name, state)
    return done


def offer(code: str, resource: str, state: Mapping[str, Iterable[Mapping[str, str]]]) -> int:
    """Offer the whole present state of a resource, by key: what differs from what was last said is said, what is gone too."""
    require(RUN)
    peer = _peer(code, locked=True)
    last = {
        one["key"]: bytes(one["sha256"])
        for one in rows.every(
            "SELECT DISTINCT ON (key) key, sha256 FROM exchange_hub_offer WHERE peer = %s AND resource = %s ORDER BY key, seq DESC",
            (peer["id"], resource),
        )
    }
    seq, gone = int(peer["said"]), _packed([])
    now = {key: _packed(list(found)) for key, found in sorted(state.items())} | {
        key: gone for key in last if key not in state
    }
    for key, body in now.items():
        digest = hashlib.sha256(body).digest()
        if last.get(key, hashlib.sha256(gone).digest()) == digest:
            continue
        seq += 1
        rows.run(
            "INSERT INTO exchange_hub_offer (peer, seq, resource, key, body, sha256, at) VALUES (%s, %s, %s, %s, %s, %s, pz_now())",
            (peer["id"], seq, resource, key, pack(body, OFFER), digest),
        )
    rows.run("UPDATE exchange_hub_peer SET said = %s WHERE id = %s", (seq, peer["id"]))
    return seq - int(peer["said"])


def write_bundle(code: str, *, signer: Signer | None = None) -> bytes:
    """What the peer is not known to have, at most bundles.MOST records, with our acknowledgement, signed."""
    require(RUN)
    peer = _peer(code, locked=True)
    found = rows.every(
        "SELECT seq, resource, key, body FROM exchange_hub_offer WHERE peer = %s AND seq > %s ORDER BY seq LIMIT %s",
        (peer["id"], peer["acked"], bundles.MOST),
    )
    records = tuple(
        Record(int(one["seq"]), one["resource"], one["key"], tuple(json.loads(unpack(bytes(one["body"]), OFFER))))
        for one in found
    )
    # by wall time, so that a server restored from its backup still counts on
    number = max(int(peer["bundles"]) + 1, int(clock.wall().timestamp() * 1000))
    text = bundles.content(
        Bundle(peer["own"], peer["code"], number, int(peer["reached"]), clock.now().isoformat(), records)
    )
    data = bundles.sealed(text, (signer or packages.own_signer()).sign(text.encode()))
    rows.run("UPDATE exchange_hub_peer SET bundles = %s WHERE id = %s", (number, peer["id"]))
    _journal(peer, "out", number, len(records), len(records), "sent", data)
    return data


def read_bundle(data: bytes) -> dict[str, Any]:
    """Take a bundle of a peer, whole or not at all; answers {peer, number, records, news, outcome}.

    Refused `hub.federation*`: not a bundle, of nobody we know, not for us, not signed by its sender, or of resources not agreed.
    """
    require(RUN)
    bundle, signed, signature = bundles.read(data)
    peer = _peer(bundle.source, locked=True)
    if bundle.target != peer["own"]:
        raise refused("hub.federation", what="to")
    if not clients.holds(from_pem(peer["certificate"].encode()), signature, signed):
        raise refused("hub.signature")
    before = Standing(int(peer["said"]), int(peer["acked"]), int(peer["reached"]), int(peer["seen"]))
    after, news, outcome = bundles.take(before, bundle)
    for one in news:
        rows.run(
            "INSERT INTO exchange_hub_mirror (peer, resource, key, seq, body, at) VALUES (%s, %s, %s, %s, %s, pz_now())"
            " ON CONFLICT (peer, resource, key) DO UPDATE SET seq = excluded.seq, body = excluded.body, at = excluded.at"
            if one.rows
            else "DELETE FROM exchange_hub_mirror WHERE peer = %s AND resource = %s AND key = %s",
            (peer["id"], one.resource, one.key)
            + ((one.seq, pack(_packed([dict(row) for row in one.rows]), MIRROR)) if one.rows else ()),
        )
    rows.run(
        "UPDATE exchange_hub_peer SET acked = %s, reached = %s, seen = %s WHERE id = %s",
        (after.acked, after.reached, after.seen, peer["id"]),
    )
    _journal(peer, "in", bundle.number, len(bundle.records), len(news), outcome, data)
    return {
        "peer": peer["code"], "number": bundle.number, "records": len(bundle.records), "news": len(news), "outcome": outcome
    }  # fmt: skip


def mirrored(code: str, resource: str = "") -> dict[tuple[str, str], list[dict[str, str]]]:
    """What a peer told, by resource and key (for who runs the platform)."""
    peer = _peer(code)
    found = rows.every(
        "SELECT resource, key, body FROM exchange_hub_mirror WHERE peer = %s AND (%s = '' OR resource = %s) ORDER BY resource, key",
        (peer["id"], resource, resource),
    )
    return {(one["resource"], one["key"]): json.loads(unpack(bytes(one["body"]), MIRROR)) for one in found}


def _peer(code: str, *, locked: bool = False) -> dict[str, Any]:
    found = rows.first(_PEER_LOCKED if locked else _PEER, (code,))
    if found is None:
        raise refused("hub.federation_peer", peer=code[:60])
    return found


def _journal(
    peer: Mapping[str, Any], way: str, number: int, records: int, news: int, outcome: str, data: bytes
) -> None:
    digest = hashlib.sha256(data)
    made = rows.first(
        "INSERT INTO exchange_hub_bundle (peer, way, number, records, news, outcome, sha256, at) VALUES (%s, %s, %s, %s, %s, %s, %s, pz_now())"
        " RETURNING id",
        (peer["id"], way, number, records, news, outcome, digest.digest()),
    )
    told = {"peer": peer["code"], "number": number, "records": records, "news": news, "outcome": outcome}
    audit.record(
        f"hub.bundle.{way}", object_kind="exchange_hub_bundle", object_id=made["id"] if made else 0, after=told
    )
    log.write(f"federation.{way}", told | {"content": digest.hexdigest()})


def _packed(found: list[Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _is_code(text: str) -> bool:
    return (
        2 <= len(text) <= 60
        and all(sign.isalnum() or sign in ".-" for sign in text)
        and text.isascii()
        and text.islower()
    )
