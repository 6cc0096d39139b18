"""Fixtures of the browser tests: one portal for all of a process's tests, one browser for each module.

Playwright keeps an event loop running in the test's thread as long as its browser lives, and Django refuses the
database in such a thread: the portal serves from threads of its own, and no browser outlives its module.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.browsing import FLAGS, require_browser, serving


@pytest.fixture(scope="session")
def portal(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of the portal on this process's own database."""
    from django.core.wsgi import get_wsgi_application

    with django_db_blocker.unblock(), serving(get_wsgi_application()) as address:
        yield address


@pytest.fixture(scope="module")
def browser(portal: str) -> Iterator[Any]:
    """Debian's chromium, headless; started after the portal's database stands."""
    path = require_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()
