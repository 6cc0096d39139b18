"""Whatever is sent to the interface, it answers as its description says it answers: never by a failure of the platform.

schemathesis draws right and wrong requests for every operation of openapi.json and sends them in this process (WSGI), as nobody, as
a firm, as an officer, about things that exist and things that do not. Small in `make test`; full under `make proof`.
"""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from pilotzone.kernel.access.models import Person
from tests.proofs.leaks.world import World

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "proof"
EXAMPLES, EVERY = (
    (40, 1) if FULL else (1, 3)
)  # a third of the operations each way, the wrong requests from the next third
SEED = 20260411
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# what the world owns, by the name a parameter of the description has
OWN = {
    "trade_id": "trade", "hook_id": "hook", "filing_id": "filing", "case_id": "case", "receipt_id": "receipt", "number": "fx", "resource": "",
}  # fmt: skip
CALLERS = (
    "nobody",
    "ebp/0 token",
    "ebc/0 token",
    "bank/0 token",
    "customs_officer@customs",
    "zone_officer@zone",
    "tax_officer@tax",
)


class Asking:
    """Sends drawn requests as one caller after another and remembers what failed."""

    def __init__(self, world: World) -> None:
        self.world, self.turn = world, 0
        self.failed: list[tuple[str, str, int, str]] = []
        self.statuses: Counter[int] = Counter()
        self.headers = {name: self._headers(name) for name in CALLERS}

    def send(self, case: Any) -> None:
        self.turn += 1
        name = CALLERS[self.turn % len(CALLERS)]
        if (self.turn // len(CALLERS)) % 2:
            self._own(case)
        headers, cookies = self.headers[name]
        answer = case.call(headers=headers, cookies=cookies)
        self.statuses[answer.status_code] += 1
        where = f"{case.method} {case.formatted_path}"
        if answer.status_code >= 500 and (answer.status_code != 503 or "api.away" in answer.text):
            self.failed.append((name, where, answer.status_code, answer.text[:300]))
        elif answer.status_code >= 400:
            told = json.loads(answer.text)
            if not {"code", "zh", "en"} <= set(told) or "Traceback" in answer.text:
                self.failed.append((name, where, answer.status_code, answer.text[:300]))

    def _own(self, case: Any) -> None:
        for parameter, kind in OWN.items():
            if kind and parameter in (case.path_parameters or {}):
                case.path_parameters[parameter] = self.world.circles[0].numbers[kind][0]

    def _headers(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        subject = next(one for one in self.world.subjects if one.name == name)
        if subject.token:
            return {"Authorization": f"Bearer {subject.token}"}, {}
        if subject.person is None:
            return {}, {}
        client, secret = Client(), "a" * 32
        client.force_login(Person.objects.get(pk=subject.person), backend=BACKEND)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        return {"X-CSRFToken": secret}, {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: secret}


@pytest.fixture
def asking(marked_zone: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """The marked zone, from which no name is looked up in the network."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    yield Asking(marked_zone)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: str(mode.value))
def test_no_request_makes_the_platform_fail(asking: Asking, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    chosen = operations[mode is GenerationMode.NEGATIVE :: EVERY]
    for operation in chosen:
        _draw(operation.as_strategy(generation_mode=mode), asking)
    answers = ", ".join(f"{status}: {number:,}" for status, number in sorted(asking.statuses.items()))
    print(
        f"FIGURE {mode.value} requests drawn for {len(chosen)} of {len(operations)} operations: {sum(asking.statuses.values()):,} sent,"
        f" {len(asking.failed)} failures ({answers})"
    )
    assert asking.failed == []
    assert len(operations) > 90 and sum(asking.statuses.values()) >= len(chosen) // 2


def _draw(strategy: Any, asking: Asking) -> None:
    @hypothesis.seed(SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(strategy)
    def draw(case: Any) -> None:
        asking.send(case)

    try:
        draw()
    except hypothesis.errors.Unsatisfiable:  # an operation that takes nothing has no wrong request
        return
