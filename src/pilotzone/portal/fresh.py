"""Before each request: the reference data as the zone has it now, looked at once a second at most."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pilotzone.reference import edition


class FreshReferenceMiddleware:
    """Takes up newly loaded goods and parameters without a restart."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        edition.refresh()
        return self.get_response(request)
