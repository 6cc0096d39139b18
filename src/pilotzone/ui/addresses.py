"""Which addresses a reader may open, and which one leads him back from a page that is none."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

READING = frozenset({"GET", "HEAD"})


def here(request: HttpRequest) -> str:
    """Where the reader stands: the page's own address with its query. A page that answers a form stands where the form did, as the browser
    says, else at its own address where that may be opened, else at the next above that may."""
    if request.method in READING:
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.get_host() and came.path.startswith("/") and opens(came.path):
        return f"{came.path}?{came.query}" if came.query else came.path
    return request.get_full_path() if opens(request.path) else above(request.path)


def above(path: str) -> str:
    """The next address above that may be opened; the home page at last."""
    parts = path.strip("/").split("/")
    shorter = ("/".join(parts[:n]) for n in range(len(parts) - 1, 0, -1))
    return next((f"/{one}/" for one in shorter if opens(f"/{one}/")), "/")


def opens(path: str) -> bool:
    """Whether an address is one of the portal's that answers a reader, not a form alone."""
    if path.startswith("//"):
        return False
    try:
        view: Callable[..., Any] | None = resolve(path).func
    except Resolver404:
        return False
    while view is not None:
        methods = _methods(view)
        if methods is not None and "GET" not in methods:
            return False
        view = getattr(view, "__wrapped__", None)
    return True


def _methods(view: Callable[..., Any]) -> frozenset[str] | None:
    """The methods Django's `require_http_methods` keeps in the view it makes; None where it made none."""
    if not inspect.isfunction(view):
        return None
    told = inspect.getclosurevars(view).nonlocals.get("request_method_list")
    return None if told is None else frozenset(told)
