"""An address opened the wrong way, a form's own address typed or gone back to, is answered by a page that leads on."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from pilotzone.portal.pages import errors
from pilotzone.ui import addresses


class WrongMethodMiddleware:
    """Writes a page of the portal in place of Django's empty 405, which keeps its `Allow`; problem data where JSON was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or request.path in settings.SCOPE_FREE_PATHS:
            return response
        own = request.method not in addresses.READING and addresses.opens(request.path)
        back = request.path if own else addresses.above(request.path)
        told = errors.answer(request, 405, errors.WORDS[405], None, back=back)
        told["Allow"] = response["Allow"]
        return told
