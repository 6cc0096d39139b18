"""Health says what holds; figures are for neighbours only; nothing of it needs an account."""

from __future__ import annotations

import json

import pytest
from django.test import RequestFactory

from pilotzone.portal import health


def test_a_living_process_says_so_without_a_database() -> None:
    assert health.healthz(RequestFactory().get("/healthz")).status_code == 200


@pytest.mark.django_db
def test_ready_tells_every_check_with_what_was_found() -> None:
    answer = health.readyz(RequestFactory().get("/readyz"))
    told = json.loads(answer.content)
    assert (answer.status_code, told["ok"]) == (200, True)
    assert {"database", "migrations", "web_bypass"} <= {check["key"] for check in told["checks"]}
    assert all(check["zh"] and check["en"] for check in told["checks"])


def test_an_unready_zone_answers_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.health, "checks", lambda: [health.health.Check("database", False, "不可用", "away")])
    assert health.readyz(RequestFactory().get("/readyz")).status_code == 503


@pytest.mark.django_db
def test_figures_are_given_on_loopback_only() -> None:
    asked = RequestFactory()
    told = health.metrics(asked.get("/metrics")).content.decode()
    assert "pilotzone_database_up 1.0" in told
    assert "pilotzone_inbox_waiting" in told
    assert 'pilotzone_outbox_letters{state="dead"}' in told
    assert 'pilotzone_webhook_deliveries{state="dead"}' in told
    assert health.metrics(asked.get("/metrics", REMOTE_ADDR="203.0.113.9")).status_code == 403
    assert health.metrics(asked.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.9, 127.0.0.1")).status_code == 403
