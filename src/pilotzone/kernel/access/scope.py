"""The transaction in which all database work of the web role runs, with the caller's name on it.

PostgreSQL forgets SET LOCAL only at the end of the outer transaction, so leaving a nested scope puts the former
values back by hand. After the transaction the setting is '' and not NULL; the policies' functions know that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections, transaction

from pilotzone.kernel.access.actor import NOBODY, Actor

# the actor, and the connection in whose transaction its name was said
_current: ContextVar[tuple[Actor, str]] = ContextVar("pilotzone_actor", default=(NOBODY, ""))

SETTINGS = ("pz.kind", "pz.person", "pz.organisation", "pz.unit", "pz.buyer", "pz.role", "pz.reason", "pz.deputy")


def current() -> Actor:
    """The actor of the innermost open scope; nobody outside of any."""
    return _current.get()[0]


@contextmanager
def scope(actor: Actor, *, using: str = "default") -> Iterator[Actor]:
    """One transaction as `actor`. Everything row-level security guards is empty outside of it."""
    before, connection = _current.get(), connections[using]
    inside = connection.in_atomic_block
    same = inside and before == (actor, using)  # said already in this transaction
    token = _current.set((actor, using))
    try:
        with transaction.atomic(using=using):
            if not same:
                _announce(actor, using)
            yield actor
            # the end of the transaction takes the values along, and after an error the rollback to the savepoint puts
            # the former ones back
            if inside and not same and not connection.needs_rollback:
                _announce(before[0], using)
    finally:
        _current.reset(token)


def settings_of(actor: Actor) -> tuple[str, ...]:
    """The actor as values for SETTINGS, in their order; also for raw connections."""
    number = lambda value: "" if value is None else str(value)  # noqa: E731
    return (
        actor.kind,
        number(actor.person),
        number(actor.organisation),
        actor.unit_path,
        actor.buyer,
        actor.role,
        actor.reason,
        number(actor.deputy_of),
    )


def _announce(actor: Actor, using: str) -> None:
    calls = ", ".join(f"set_config('{name}', %s, true)" for name in SETTINGS)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {calls}", settings_of(actor))
