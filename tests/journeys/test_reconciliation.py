"""The daily reconciliation in a real browser: an officer opens a residual and closes it with evidence; no page has a fault."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from tests.journeys.browsing import WIDE, look, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def place(
    server: Any, fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[str, str, int]]:
    """A portal on a database of its own with a reconciled day: its address, an officer's session, a residual.

    Planted before the browser starts: Django refuses the database in a thread with the browser's event loop.
    """
    settings = connections["default"].settings_dict
    before = settings["NAME"]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        connections["default"].close()
        settings["NAME"] = fresh_database("pz_reconciled_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
        try:
            session, residual = _planted(patch)
            connections["default"].close()
            from django.core.wsgi import get_wsgi_application

            with serving(get_wsgi_application()) as address:
                yield address, session, residual
        finally:
            settings["NAME"] = before


def _planted(patch: pytest.MonkeyPatch) -> tuple[str, int]:
    from django.contrib.auth import get_user_model

    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
    from pilotzone.kernel.access.models import Membership, Unit
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.tracking import api
    from pilotzone.rooms.tracking.operations.reconcile import gathering, running, slices
    from pilotzone.rooms.tracking.tests.test_reconcile_desk import Cleared, Desk

    clock.forget()
    cleared = Cleared()
    for module in (gathering, running, slices):
        patch.setattr(module, "clearance", cleared)
    desk = Desk(cleared)
    for n in range(3):
        desk.released(f"UNTAXED{n}", signed=None)
    desk.billed(desk.released("DIFFERS").number, "20.00")
    desk.registered(desk.released("EXPORT", "E").number)
    desk.reconcile()
    with scope(Actor(kind=ENTERPRISE, organisation=desk.firm, role="ebc")):  # where money differs, another closes it
        api.settle_residual(residual=desk.one("DIFFERS")["id"], verb="explain", at=clock.now(), reason="税单金额有误")
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.customs", defaults={"code": "customs", "name_zh": "海关"})
        person = get_user_model().objects.create_user(username="reconciling-officer")
        Membership.objects.create(person=person, role="customs_officer", unit=unit, valid_from=date(2019, 1, 1))
    client = Client()
    client.force_login(person)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value, desk.one("DIFFERS")["id"]


@pytest.fixture
def page(place: tuple[str, str, int], browser: Any) -> Iterator[Any]:
    """A window of the officer."""
    address, session, _ = place
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN")
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_an_officer_opens_a_residual_and_closes_it_with_evidence(place: tuple[str, str, int], page: Any) -> None:
    address, _, residual = place
    page.goto(f"{address}/reconciliation/")
    look(page, "reconciliation")
    page.goto(f"{address}/reconciliation/runs/1/")
    assert "没有未说明的差额" in page.content()
    look(page, "reconciliation-run")
    page.goto(f"{address}/reconciliation/")
    page.locator(f"main a[href='/reconciliation/{residual}/']").first.click()
    page.wait_for_url(f"**/reconciliation/{residual}/")
    look(page, "residual")
    page.locator("#reason").fill("税单已更正")
    page.get_by_role("button", name="核销差异").click()
    page.locator("main [role=alert]").first.wait_for()
    look(page, "residual-refused")
    page.locator("#file").set_input_files(
        {"name": "税单更正.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 SYNTHETIC"}
    )
    page.get_by_role("button", name="上传证据").click()
    page.get_by_role("link", name="税单更正.pdf").wait_for()
    page.locator("#reason").fill("税单已更正")
    page.locator("#evidence").fill("SYN-816-2021-0001")
    page.get_by_role("button", name="核销差异").click()
    page.locator("main .timeline", has_text="SYN-816-2021-0001").wait_for()
    assert "已核销" in page.content()
    look(page, "residual-closed")
