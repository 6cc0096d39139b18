"""The public pages in a real browser: no accessibility fault by axe, both themes and languages, every width, keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.browsing import MIDDLE, NARROW, WIDE, axe, overflow

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = (
    "/",
    "/style/",
    "/track/",
    "/accounts/login/",
    "/nobody/",
    "/messages/",
    "/messages/CEB621/",
    "/statistics/",
    "/statistics/indicators/",
    "/statistics/explore/",
    "/statistics/series/",
    "/search/?q=%E9%99%90%E5%80%BC",
    "/catalogue/",
    "/catalogue/samr.persons/",
)


@pytest.fixture
def visit(browser: Any, portal: str) -> Iterator[Callable[..., Any]]:
    """Opens a page under its strict content policy; what the browser complains about is in `page.complaints`."""
    contexts = []

    def open_page(path: str, *, size: tuple[int, int] = WIDE, language: str = "zh-hans", theme: str = "light") -> Any:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        context.add_cookies([
            {"name": "django_language", "value": language, "url": portal},
            {"name": "pz_theme", "value": theme, "url": portal},
        ])  # fmt: skip
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        answer = page.goto(portal + path, wait_until="load")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("path", "language", "theme", "size"),
    [
        *((path, "zh-hans", "light", WIDE) for path in PAGES),
        *((path, "en", "dark", NARROW) for path in PAGES),
        ("/", "zh-hans", "dark", MIDDLE),
    ],
)
def test_a_page_has_no_fault(
    visit: Callable[..., Any], path: str, language: str, theme: str, size: tuple[int, int]
) -> None:
    page = visit(path, size=size, language=language, theme=theme)
    assert axe(page) == []
    assert overflow(page) <= 0
    assert [said for said in page.complaints if "404" not in said] == []


def test_the_keyboard_reaches_content_menu_and_search(visit: Callable[..., Any]) -> None:
    page = visit("/style/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.locator(".menu summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu details[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".menu details[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_tabs_walk_by_arrow_keys_and_a_dangerous_thing_asks_by_name(visit: Callable[..., Any]) -> None:
    page = visit("/style/")
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("[role=tabpanel]:visible").get_attribute("data-tab") == "回执"
    page.locator("button[popovertarget]").first.click()
    asked = page.locator("[popover]:popover-open")
    assert "SYN20211111000001" in asked.inner_text()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert page.locator("[popover]:popover-open").count() == 0


def test_chosen_rows_are_counted_and_the_batch_asks_first(visit: Callable[..., Any]) -> None:
    page = visit("/style/")
    page.locator("[data-pick-all]").check()
    assert page.locator("[data-picked]").inner_text() == "已选 10"
    page.locator("button[data-confirm]").click()
    assert page.locator("#ask h2").inner_text() == "确认撤销所选的清单？"
    page.keyboard.press("Escape")
    assert page.url.endswith("/style/")


def test_a_row_opens_beside_the_list(visit: Callable[..., Any]) -> None:
    page = visit("/style/")
    page.locator("a[data-drawer]").first.click()
    page.locator("#drawer[open] h1").wait_for()
    assert page.locator("#drawer h1").inner_text() == "设计规范"


def test_a_chart_is_drawn_and_its_table_can_be_opened(visit: Callable[..., Any]) -> None:
    page = visit("/style/")
    page.locator(".chart canvas").first.wait_for()
    assert page.locator(".chart table").first.is_hidden()
    page.locator(".chart summary").first.click()
    assert "120" in page.locator(".chart table").first.inner_text()


def test_without_script_the_same_things_can_be_read(browser: Any, portal: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(portal + "/style/")
    assert "放行" in page.locator("[data-tab]").first.inner_text()
    assert page.locator(".chart table").first.is_visible()
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "Design language"
    context.close()
