"""What browser tests share: the browser, the portal behind a local address, accessibility by axe-core."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, MIDDLE, NARROW = (1440, 1000), (1024, 768), (390, 844)
# the rules of axe that depend on the room there is
SQUEEZED = ("scrollable-region-focusable",)
ARTIFACTS = Path(__file__).parents[2] / "artifacts"  # not kept: to be looked at
PICTURES = os.environ.get("PICTURES") == "1"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test's own output is what is read."""


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """A WSGI application on a free local port; yields its address."""
    with make_server("127.0.0.1", 0, application, _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def require_browser() -> str:
    """The path of Debian's chromium. Without it the test is skipped, in CI it fails."""
    path = shutil.which(CHROMIUM)
    if path and AXE.exists():
        return path
    lacking = "axe-core (python tools/assets.py)" if path else "chromium (sh tools/browser.sh)"
    if os.environ.get("CI") == "true":
        pytest.fail(f"no {lacking}")
    pytest.skip(f"no {lacking}")


def axe(page: Any, *rules: str) -> list[str]:
    """What axe-core finds wrong with the page as it stands, by every rule or these; one line each, empty when it finds nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    asked = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} — {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"  # charts follow the width a frame later


def overflow(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def look(page: Any, name: str, *, rules: bool = True) -> None:
    """Narrow and wide: nothing sticks out and, unless without `rules`, axe finds no fault. PICTURES=1 keeps photographs.

    Narrow, axe is asked for what a narrow page alone can have: that a page has no fault there by any rule is test_axe's.
    """
    for width, height in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        # a phone gets the side menu closed when the page loads
        page.evaluate("open => document.querySelectorAll('[data-side]').forEach(s => s.open = open)", width > 1023)
        page.evaluate(DRAWN)
        wider = overflow(page)
        faults = axe(page, *(() if (width, height) == WIDE else SQUEEZED)) if rules else []
        if PICTURES or faults or wider > 0:
            ARTIFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTIFACTS / f"{name}-{width}.png", full_page=True)
        assert wider <= 0, f"{name} is wider than {width} px"
        assert faults == [], (f"{name} at {width} px", faults)
