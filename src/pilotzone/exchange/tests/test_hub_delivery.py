"""A partner that fails, loses answers and is away for days: each message at least once, in order per key, dead letters in sight."""

from __future__ import annotations

import base64
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.exchange.hub import clients, delivery, mailbox
from pilotzone.exchange.hub.batches import send_batch
from pilotzone.exchange.hub.clients import Signed, holds, to_sign
from pilotzone.exchange.hub.pushing import sender
from pilotzone.exchange.signing import packages
from pilotzone.exchange.tests.hub import CHECKER, FIRM, SAMR, granted
from pilotzone.exchange.tests.test_hub_asking import event
from pilotzone.exchange.tests.test_hub_batches import many
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
FAILS = 0.30
MOST_ROUNDS = 2_000


class Partner:
    """Takes messages and knows repeated ones; three of ten attempts fail, half of those after it has the message."""

    def __init__(self, seed: int) -> None:
        self.chance, self.away = random.Random(seed), True
        self.came: list[tuple[str, str]] = []
        self.failed = 0

    def __call__(self, target: str, told: dict[str, Any]) -> None:
        lot = self.chance.random()
        if self.away or lot < FAILS / 2:
            self.failed += 1
            raise Unavailable(code="x.away", zh="不可用", en="away")
        self.came.append((told["subject"], told["id"]))
        if lot < FAILS:
            self.failed += 1
            raise Unavailable(code="x.lost", zh="应答丢失", en="the answer was lost")

    def known(self, key: str) -> list[str]:
        """The messages of a key without the repeated ones, as they first came."""
        return list(dict.fromkeys(number for subject, number in self.came if subject == key))


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    keys=st.lists(st.integers(0, 3), min_size=4, max_size=14),
    seed=st.integers(0, 2**32),
    hours=st.integers(72, 80),
)
def test_three_days_away_and_three_of_ten_attempts_failing_lose_nothing_and_keep_the_order(
    keys: list[int], seed: int, hours: int
) -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
    number, partner, prefix = granted(volume=1000), Partner(seed), f"{seed}-{len(keys)}-{clock.now().timestamp()}"
    names = [f"91360100MA0000{key:04d}" for key in keys]
    with scope(SAMR):
        told = send_batch(many(*(event(f"{prefix}-{n}", agreement=number, key=key) for n, key in enumerate(names))))
    assert not any("code" in one for one in told)
    for _ in range(hours // 4):
        assert delivery.deliver(partner) == 0
        _later(timedelta(hours=4))
    partner.away = False
    for _ in range(MOST_ROUNDS):
        delivery.deliver(partner)
        with scope(PLATFORM):
            if not mailbox.listed(state="queued"):
                break
        _later(timedelta(minutes=16))
    else:
        pytest.fail("it does not come to an end")
    with scope(PLATFORM):
        assert mailbox.listed(state="dead") == []
    for key in set(names):
        sent = [f"{prefix}-{n}" for n, name in enumerate(names) if name == key]
        assert partner.known(key) == sent, "each at least once, in order, and once when repeated ones are left out"
        every = [one for subject, one in partner.came if subject == key]
        assert [sent.index(one) for one in every] == sorted(sent.index(one) for one in every), (
            "a repeat comes before the next"
        )
    assert partner.failed >= hours // 4


def _later(by: timedelta) -> None:
    with scope(PLATFORM):
        clock.advance(by=by, reason="test")


def test_a_dead_message_holds_its_key_alone_and_goes_on_when_it_is_replayed() -> None:
    number, got, bad = granted(), list[str](), {"0"}
    keys = [FIRM, FIRM, "91360100MA00000X0X"]
    with scope(SAMR):
        send_batch(many(*(event(str(n), agreement=number, key=key) for n, key in enumerate(keys))))

    def receiver(target: str, told: dict[str, Any]) -> None:
        if told["id"] in bad:
            raise Refused(code="x.no", zh="不收", en="no")
        got.append(told["id"])

    assert delivery.deliver(receiver, only=["zone.safe"]) == 0, "nothing for others"
    assert delivery.deliver(receiver, only=["zone.tax"]) == 1 and got == ["2"]
    assert delivery.deliver(receiver) == 0
    with scope(CHECKER):
        (dead,) = mailbox.listed(state="dead")
        assert dead["last_error"] == "x.no 不收"
        bad.clear()
        mailbox.replay(dead["id"])
    assert delivery.deliver(receiver) == 2 and got == ["2", "0", "1"]


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        (Answer(503, 1, "busy"), "hub.push_away", Unavailable), (Answer(error="timeout"), "hub.push_away", Unavailable),
        (Answer(429, 1, ""), "hub.push_away", Unavailable), (Answer(422, 1, "no"), "hub.push_refused", Refused),
    ],
)  # fmt: skip
def test_what_an_endpoint_answers_is_final_or_temporary(answer: Answer, code: str, kind: type[Problem]) -> None:
    def post(url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        return answer

    with pytest.raises(kind) as told:
        sender({"zone.tax": "https://tax.example/in"}, post)("zone.tax", {"id": "1"})
    assert told.value.code == code


def test_a_push_is_signed_with_the_zones_key_and_goes_to_the_newest_address() -> None:
    seen: list[tuple[str, bytes, dict[str, str]]] = []

    def post(url: str, content: bytes, headers: dict[str, str], guard: Guard) -> Answer:
        seen.append((url, content, headers))
        return Answer(204, 1, "")

    with scope(CHECKER):
        for path in ("old", "new"):
            clients.issue(unit="zone.tax", label="合成", push_url=f"https://tax.example/{path}?a=1")
    sender(clients.receivers(), post)("zone.tax", {"id": "1"})
    ((url, content, headers),) = seen
    what = Signed("POST", "/new?a=1", headers["Hub-Time"], "", "", content)
    assert url.endswith("/new?a=1") and headers["Content-Type"] == "application/cloudevents+json"
    assert holds(packages.own_signer().certificate, base64.b64decode(headers["Hub-Signature"]), to_sign(what))


def test_a_rotated_token_ends_and_its_successor_has_what_it_had() -> None:
    with scope(CHECKER):
        clients.issue(unit="zone.tax", label="合成", push_url="https://tax.example/in")
        (old,) = clients.clients()
        token = clients.rotate(old["id"])
        new, was = clients.clients()
        assert was["revoked_at"] is not None and new["revoked_at"] is None
        assert (new["unit"], new["label"], new["push_url"]) == (was["unit"], was["label"], was["push_url"])
        with pytest.raises(Problem):
            clients.rotate(old["id"])
    assert clients.actor_of(token, Signed()).unit_path == "zone.tax"
