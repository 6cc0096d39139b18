"""Whether the zone lives, whether it is ready, and its figures. Asked often, so nothing here opens a session."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from pilotzone.exchange import inbox, outbox
from pilotzone.exchange.webhooks import ledger
from pilotzone.kernel import events, health
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes.home import home
from pilotzone.portal.processes.measure import state_of


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nobody else."""
    return JsonResponse({"ok": True})


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything a request needs holds, else 503; each check with what was found and what to do."""
    found = health.checks()
    ready = all(check.ok for check in found)
    told = {
        "ok": ready,
        "checks": [{"key": c.key, "ok": c.ok, "zh": c.zh, "en": c.en} for c in found],
    }
    return JsonResponse(told, status=200 if ready else 503, json_dumps_params={"ensure_ascii": False})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' text form, on loopback only."""
    way = [request.META.get("REMOTE_ADDR", ""), *request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if not all(_loopback(step.strip()) for step in way if step.strip()):
        return HttpResponse("metrics are given on loopback only\n", status=403, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _Figures:
    """The figures at the moment they are asked for."""

    def collect(self) -> Iterator[Metric]:
        tree = state_of(home())
        memory = GaugeMetricFamily(
            "pilotzone_process_pss_bytes", "Proportional memory of a process.", labels=["process"]
        )
        restarts = GaugeMetricFamily(
            "pilotzone_process_restarts", "How often a process was brought back.", labels=["process"]
        )
        for row in tree["processes"]:
            memory.add_metric([row["name"]], row["pss_mb"] * 1024 * 1024)
            restarts.add_metric([row["name"]], row["restarts"])
        yield memory
        yield restarts
        try:
            with scope(PLATFORM), connection.cursor() as cursor:
                waiting, letters, behind = inbox.backlog(cursor), outbox.counts(cursor), events.lag()
                pushes = ledger.counts(cursor)
        except Error:
            yield GaugeMetricFamily("pilotzone_database_up", "Whether the database answers.", value=0)
            return
        yield GaugeMetricFamily("pilotzone_database_up", "Whether the database answers.", value=1)
        yield GaugeMetricFamily("pilotzone_inbox_waiting", "Messages kept but not yet worked on.", value=waiting)
        queued = GaugeMetricFamily("pilotzone_outbox_letters", "Letters to counterparts by state.", labels=["state"])
        for state in ("queued", "failed", "dead"):
            queued.add_metric([state], letters.get(state, 0))
        yield queued
        pushed = GaugeMetricFamily("pilotzone_webhook_deliveries", "Pushes to firms by state.", labels=["state"])
        for state in ("queued", "dead"):
            pushed.add_metric([state], pushes.get(state, 0))
        yield pushed
        late = GaugeMetricFamily("pilotzone_events_behind", "Events a consumer has not read.", labels=["consumer"])
        for consumer, told in behind.items():
            late.add_metric([consumer], told["behind"])
        yield late


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


health_patterns: list[URLPattern] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
