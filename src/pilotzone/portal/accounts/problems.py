"""A Problem raised by a room becomes the calm page (or problem data) of its kind; who is not signed in is asked to."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pilotzone.base.errors import Denied, Gap, Problem, Refused, Unavailable
from pilotzone.portal.pages import errors

STATUS: tuple[tuple[type[Problem], int], ...] = ((Denied, 403), (Refused, 422), (Gap, 422), (Unavailable, 503))
log = logging.getLogger("pilotzone.web")


class ProblemMiddleware:
    """Answers problems, and what only a value of the request can have broken; every other exception stays an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The answer for a Problem: 403, 404 for what is not the caller's to see, 422, 503; 400 for what cannot be understood."""
        if errors.is_of_the_request(request, exception):
            errors.told_unreadable(log, "web.unreadable", request, exception)
            return errors.answer(request, 400, errors.WORDS[400], exception)
        if not isinstance(exception, Problem):
            return None
        wants_page = request.method == "GET" and not request.path.startswith("/api/")
        if isinstance(exception, Denied) and wants_page and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        status = 404 if exception.code == "kernel.access.unknown" else _status(exception)
        response = errors.answer(request, status, errors.WORDS.get(status, errors.WORDS[400]), exception)
        if status == 503:
            response["Retry-After"] = str(errors.AGAIN_S)
        return response


def _status(problem: Problem) -> int:
    return next((status for kind, status in STATUS if isinstance(problem, kind)), 400)
