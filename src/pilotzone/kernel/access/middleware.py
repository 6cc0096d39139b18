"""Every request is one transaction in the name of who asks; an error leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import NOBODY, Actor
from pilotzone.kernel.access.doors import actor_of, memberships_of
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.kernel.access.scope import scope

CHOSEN = "membership"


class ScopeMiddleware:
    """Opens `access.scope` around the view, as the membership chosen in the session, else the first one in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in settings.SCOPE_FREE_PATHS:
            return self.get_response(request)
        actor = self._actor(request)
        with scope(actor):
            request.savepoint = transaction.savepoint()  # type: ignore[attr-defined]
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            content = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = _scoped(actor, content)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Undo what the view did; the error page may still ask the database in the caller's name."""
        if hasattr(request, "savepoint") and connection.in_atomic_block:
            connection.needs_rollback = False
            transaction.savepoint_rollback(request.savepoint)

    def _actor(self, request: HttpRequest) -> Actor:
        person = request.user
        if not isinstance(person, Person):
            return NOBODY
        today = clock.today()
        with scope(Actor(person=person.pk)):
            mine = list(memberships_of(person, on=today))
            chosen = next((m for m in mine if m.pk == request.session.get(CHOSEN)), mine[0] if mine else None)
            request.memberships = mine  # type: ignore[attr-defined]
            request.party_name = _party(chosen)  # type: ignore[attr-defined]
            request.chosen = chosen  # type: ignore[attr-defined]
            return actor_of(person, chosen, on=today)


def choose(request: HttpRequest, membership: Membership) -> None:
    """Act as this membership from the next request on."""
    request.session[CHOSEN] = membership.pk


def _party(membership: Membership | None) -> str:
    """Whom the person acts for, as the head of the page says it."""
    if membership is None:
        return ""
    body = membership.organisation or membership.unit
    return body.named(get_language()) if body else ""


def _scoped(actor: Actor, content: Iterator[bytes]) -> Iterator[bytes]:
    """A stream is made after the view has ended: it gets the same name again."""
    with scope(actor):
        yield from content
