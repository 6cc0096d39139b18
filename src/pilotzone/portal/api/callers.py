"""Who asks, and in whose name the database answers: an organisation by its token, a person by the signed-in session."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, get_type_hints

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja import Schema
from ninja.security import APIKeyCookie, HttpBearer

from pilotzone.base.errors import Refused
from pilotzone.exchange import clients
from pilotzone.exchange.hub import clients as hub
from pilotzone.exchange.models import Client
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, NOBODY, PLATFORM, PUBLIC, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.access.scope import current, scope
from pilotzone.kernel.pace import MOST, Pace
from pilotzone.portal.api.problems import refusal

PACE = Pace(int(os.environ.get("PILOTZONE_API_PACE") or MOST))


class AccessToken(HttpBearer):
    """`Authorization: Bearer pz_…`, as the intake takes it."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """The token's organisation. Refused `api.token`, `api.revoked`, `api.suspended`."""
        try:
            if token.strip().startswith(hub.PREFIX):
                return hub.actor_of(token.strip(), _signed(request))
            return organisation_of(token.strip())
        except Refused:
            _spend(f"guess {_address(request)}", 1)
            raise


class Session(APIKeyCookie):
    """The cookie of somebody signed in on the pages; writes need the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        """Nobody signed in is nobody here: without a session there is nothing to forge."""
        return super().__call__(request) if current().kind != PUBLIC else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor:
        """Whom the pages' middleware found."""
        return current()


def anybody(request: HttpRequest) -> Actor:
    """Public addresses answer nobody too."""
    return NOBODY


KNOWN = [AccessToken(), Session()]
EVERYBODY = [*KNOWN, anybody]


def organisation_of(token: str) -> Actor:
    """The enterprise a token stands for, with what its kinds of firm may do (data/units/roles.yaml)."""
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    with scope(PLATFORM):
        client = Client.objects.filter(token_hash=digest).first()
        firm = Organisation.objects.filter(pk=client.organisation_id).first() if client else None
    if client is None or firm is None:
        raise refusal("api.token")
    if client.revoked_at is not None:
        raise refusal("api.revoked")
    if firm.suspended(clock.today()):
        raise refusal("api.suspended")
    if client.used_on is None or client.used_on < clock.today():
        with scope(PLATFORM), connection.cursor() as cursor:
            clients.used(cursor, client.pk)
    plays = [found for code in firm.roles if (found := _role(code)) is not None]
    return Actor(
        kind=ENTERPRISE,
        organisation=firm.pk,
        role=plays[0].code if plays else "",
        grants=frozenset().union(*(one.may for one in plays)),
        reason=f"api client {client.pk}",
    )


def in_his_name(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run an operation as its caller, within the caller's pace; what fails leaves nothing behind.

    A parameter the operation does not know is refused: a misspelt filter must not answer everything.
    """
    known = _parameters(view)

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        charge(request, 1)
        if unknown := sorted(set(request.GET) - known):
            raise refusal("api.input", {name[:60]: "unknown parameter" for name in unknown[:10]})
        with scope(caller(request)):
            return view(request, *args, **kwargs)

    return run


def caller(request: HttpRequest) -> Actor:
    """Who was found to ask."""
    found: Actor = request.auth  # type: ignore[attr-defined]  # set by ninja
    return found


def charge(request: HttpRequest, units: int) -> None:
    """Let the caller pay for what he asks; Refused `api.too_many`."""
    _spend(_payer(request), units)


def pace_left(request: HttpRequest) -> dict[str, str]:
    """What the caller may still ask in this window, as RateLimit headers."""
    left, reset = PACE.left(_payer(request), time.monotonic())
    return {"RateLimit-Limit": str(PACE.most), "RateLimit-Remaining": str(left), "RateLimit-Reset": str(reset)}


def _payer(request: HttpRequest) -> str:
    actor = caller(request)
    if actor.person is not None:
        name = f"person {actor.person}"
    elif actor.organisation is not None:
        name = f"organisation {actor.organisation}"
    elif actor.unit_path:
        name = f"department {actor.unit_path}"
    else:
        name = f"address {_address(request)}"
    return name


def charge_address(request: HttpRequest) -> None:
    """Let an address without a name pay for one question; Refused `api.too_many`."""
    _spend(f"address {_address(request)}", 1)


def enterprise(request: HttpRequest) -> int:
    """The caller's organisation; Refused `api.enterprise` for everybody else."""
    actor = caller(request)
    if actor.kind != ENTERPRISE or actor.organisation is None:
        raise refusal("api.enterprise")
    return actor.organisation


def _parameters(view: Callable[..., Any]) -> set[str]:
    """The names of an operation's parameters, those of a schema one by one."""
    names: set[str] = set()
    for name, kind in get_type_hints(view).items():
        names |= set(kind.model_fields) if isinstance(kind, type) and issubclass(kind, Schema) else {name}
    return names


def _spend(name: str, units: int) -> None:
    if not PACE.spend(name, units, time.monotonic()):
        raise refusal("api.too_many")


def _signed(request: HttpRequest) -> hub.Signed:
    """What a department's system says of its signature; the body is read only where it is signed."""
    value = request.headers.get("Hub-Signature", "")
    return hub.Signed(
        method=request.method or "", path=request.get_full_path(), time=request.headers.get("Hub-Time", ""),
        key=request.headers.get("Idempotency-Key", ""), value=value, body=request.body if value else b"",
    )  # fmt: skip


def _role(code: Any) -> Any:
    try:
        return role(str(code))
    except Refused:
        return None


def _address(request: HttpRequest) -> str:
    """Where the request comes from. A neighbour on this machine says for whom it asks: the last one it names."""
    here = str(request.META.get("REMOTE_ADDR", ""))
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    try:
        near = ipaddress.ip_address(here).is_loopback
    except ValueError:
        near = False
    return told[:60] if near and told else here
