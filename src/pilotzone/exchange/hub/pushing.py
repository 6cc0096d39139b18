"""A department's system that is pushed to: one CloudEvent by POST, signed with the zone's key as departments sign theirs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from pilotzone.exchange.channels.endpoint import Guard, guard_of, read
from pilotzone.exchange.channels.webhook import Answer, post
from pilotzone.exchange.hub import envelope
from pilotzone.exchange.hub.clients import Signed, to_sign
from pilotzone.exchange.hub.errors import refused, unavailable
from pilotzone.exchange.signing import packages
from pilotzone.kernel import clock

AGAIN = (408, 425, 429)
Post = Callable[[str, bytes, dict[str, str], Guard], Answer]


def signed(target: str, body: bytes) -> dict[str, str]:
    """Time and signature of what the zone posts to a department's system; `target`: the path with its query."""
    what = Signed("POST", target, clock.wall().isoformat(), "", "", body)
    value = base64.b64encode(packages.own_signer().sign(to_sign(what))).decode()
    return {"Hub-Time": what.time, "Hub-Signature": value}


def sender(addresses: Mapping[str, str], post_: Post = post) -> Callable[[str, dict[str, Any]], None]:
    """What `delivery.deliver` sends with: `addresses` by department. Unavailable `hub.push_away`, Refused `hub.push_refused`."""
    guard = guard_of(demo=clock.is_demo())

    def send(target: str, told: dict[str, Any]) -> None:
        url = addresses[target]
        body = json.dumps(told, ensure_ascii=False).encode()
        answer = post_(url, body, {"Content-Type": envelope.MEDIA, **signed(read(url).target, body)}, guard)
        if answer.taken:
            return
        said = answer.error or str(answer.status)
        if 400 <= answer.status < 500 and answer.status not in AGAIN:
            raise refused("hub.push_refused", what=said)
        raise unavailable("hub.push_away", what=said)

    return send
