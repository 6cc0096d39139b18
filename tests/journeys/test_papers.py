"""A paper in a real browser: printed, taken as PDF, found genuine by its QR address; a changed byte is found; many as a task."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from pilotzone.ui.paper.tests.conftest import needs_font
from tests.journeys.browsing import WIDE, look, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), needs_font]


@pytest.fixture(scope="module")
def place(
    server: Any, fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[str, str, int]]:
    """A portal on a database of its own with inspections whose slots are fixed: its address, an inspector's session, an order."""
    settings = connections["default"].settings_dict
    before = settings["NAME"]
    with django_db_blocker.unblock():
        connections["default"].close()
        settings["NAME"] = fresh_database("pz_papers_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
        try:
            session, order = _planted()
            connections["default"].close()
            from django.core.wsgi import get_wsgi_application

            with serving(get_wsgi_application()) as address:
                yield address, session, order
        finally:
            connections["default"].close()
            settings["NAME"] = before


def _planted() -> tuple[str, int]:
    from django.contrib.auth import get_user_model

    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
    from pilotzone.kernel.access.models import Membership, Unit
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.clearance import api as clearance

    clock.forget()
    desk, days = clearance.inspections, [clock.today() + timedelta(days=n) for n in range(1, 15)]
    with scope(PLATFORM):
        for n in range(3):
            numbers: dict[str, str | None] = {
                "orderNo": f"SYN-ORDER-{n}",
                "logisticsNo": f"SYN-WAY-{n}",
                "invtNo": f"0000002021{n:08d}",
            }
            desk.take(
                [desk.Seen(77 + n, "inspection", "I", "9610", "4006", numbers, {"logi": 3}, [], "100.00")], clock.now()
            )
        unit, _ = Unit.objects.get_or_create(path="zone.customs", defaults={"code": "customs", "name_zh": "海关"})
        person = get_user_model().objects.create_user(username="printing-inspector")
        Membership.objects.create(person=person, role="customs_inspector", unit=unit, valid_from=date(2019, 1, 1))
        orders = [row["id"] for row in desk.listed()["rows"]]
    inspector = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_inspector", person=person.pk)
    with scope(inspector):
        for number in orders:
            told = desk.told(number)
            # the first day somebody works: today may be a Friday, or the eve of a holiday
            slot = next(slot for day in days for slot in desk.free_slots(told["site"], day))
            desk.schedule(number=number, version=told["version"], bay=slot.bay, begins=slot.begins, ends=slot.ends)
    client = Client()
    client.force_login(person)
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value, int(orders[0])


@pytest.fixture
def page(place: tuple[str, str, int], browser: Any) -> Iterator[Any]:
    """A window of the inspector."""
    address, session, _ = place
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN")
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_a_notice_is_printed_found_genuine_and_a_changed_byte_is_found(place: tuple[str, str, int], page: Any) -> None:
    address, _, order = place
    page.goto(f"{address}/risk/inspections/{order}/")
    page.get_by_role("link", name="查验通知单").click()
    page.wait_for_url(f"**/papers/inspection/{order}/")
    assert "SYN-ORDER" in page.content()
    look(page, "paper-inspection")
    verify = re.search(r"/verify/[0-9A-Z-]{23}/", page.content())
    assert verify is not None
    answer = page.context.request.get(f"{address}/papers/inspection/{order}/zh.pdf")
    assert answer.status == 200, answer.text()[:300]
    body = answer.body()
    page.goto(address + verify[0])
    assert "有效" in page.locator("#standing").inner_text()
    look(page, "paper-verify")
    for file, told in ((body, "文件完好"), (_changed(body), "文件被改动")):
        page.goto(f"{address}/verify/")
        page.locator("#file").set_input_files({"name": "通知单.pdf", "mimeType": "application/pdf", "buffer": file})
        page.get_by_role("button", name="核对文件").click()
        page.locator("#verdict").wait_for()
        assert told in page.locator("#verdict").inner_text()
        look(page, "paper-verify-file" if file is body else "paper-verify-changed")
    assert "字节" in page.content()


def test_many_are_printed_as_a_task_with_its_progress(place: tuple[str, str, int], page: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    address, _, _ = place
    page.goto(f"{address}/papers/tasks/")
    look(page, "paper-tasks-empty")
    page.goto(f"{address}/risk/inspections/")
    page.locator("[data-pick-all]").check()
    look(page, "inspections-print")
    page.get_by_role("button", name="打印通知单").click()
    page.wait_for_url("**/papers/tasks/*/")
    assert "排队中" in page.content()
    look(page, "paper-task-waiting")
    with ThreadPoolExecutor(1) as scheduler:  # Django refuses the database in the thread of the browser's event loop
        assert scheduler.submit(_work).result(60) == 1
    page.locator("#stands", has_text="已完成").wait_for()
    page.get_by_role("link", name="下载").wait_for()
    look(page, "paper-task-done")
    page.goto(f"{address}/papers/tasks/")
    look(page, "paper-tasks")


def _changed(body: bytes) -> bytes:
    at = len(body) // 3
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


def _work() -> int:
    from pilotzone.portal.papers import tasks

    try:
        return tasks.work()
    finally:
        connections.close_all()
