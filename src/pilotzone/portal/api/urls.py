"""The addresses below /api/v1/: the page for people, the API for programs, and a problem for everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from pilotzone.portal.api import page, postman
from pilotzone.portal.api.problems import answer, refusal
from pilotzone.portal.api.service import api


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answers are for the caller only, never for a cache between; a wrong method is a problem like the others."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = answer(refusal("api.method"))
            response["Allow"] = allowed
        response.setdefault("Cache-Control", "no-store")
        return response

    return run


def _addresses() -> tuple[list[Any], str, str]:
    patterns, app, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _guarded(pattern.callback)
    return patterns, app, namespace


@csrf_exempt
def unknown(request: HttpRequest, rest: str) -> HttpResponseBase:
    """What is no address of the API."""
    return answer(refusal("api.address"))


urlpatterns = [
    path("", page.show, name="api"),
    path("postman.json", postman.download, name="api_postman"),
    path("", _addresses()),
    path("<path:rest>", unknown),
]
