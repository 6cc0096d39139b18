"""Fixtures of the browser tests: one portal for all of a process's tests, one zone, one browser for each module.

Playwright keeps an event loop running in the test's thread as long as its browser lives, and Django refuses the
database in such a thread: the portal serves from threads of its own, and no browser outlives its module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.browsing import FLAGS, require_browser, serving
from tests.journeys.zone import LOADING_S, Zone, standing, until


@pytest.fixture(scope="session")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of the portal on this process's own database."""
    from django.core.wsgi import get_wsgi_application

    with django_db_blocker.unblock(), serving(get_wsgi_application()) as address:
        yield address


@pytest.fixture(scope="session")
def zone() -> Iterator[Zone]:
    """A real zone with a small demonstration, started once a process, brought down in order; what it said is shown where a test failed.

    `zone.first_page` is the home page as it was when it first answered, `zone.progress` what the portal said while the
    demonstration was loading.
    """
    with standing() as made:
        try:
            made.up()
            made.first_page = until(made.home_page, "the first page", LOADING_S)
            until(made.is_loaded, "the demonstration", LOADING_S)
            until(made.is_ready, "every process", LOADING_S)
        except AssertionError:
            sys.stderr.write(made.story())
            raise
        yield made
        assert made.down() == []
        assert made.run("status").returncode == 1


@pytest.fixture(autouse=True)
def _tell(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a failed test of the zone: the ends of its logs."""
    before = request.session.testsfailed
    yield
    if "zone" in request.fixturenames and request.session.testsfailed > before:
        sys.stderr.write(request.getfixturevalue("zone").story())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's chromium, headless."""
    path = require_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="module")
def browser(portal: str, chromium: Any) -> Any:
    """The browser, started after the portal's database stands."""
    return chromium
