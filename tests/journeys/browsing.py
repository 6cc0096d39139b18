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


def axe(page: Any) -> list[str]:
    """What axe-core finds wrong with the page as it stands, one line each; empty when it finds nothing."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} — {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def overflow(page: Any) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
