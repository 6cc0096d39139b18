"""Who answers for a resource: plain functions the portal plugs in. A provider gets what is asked (field: value) and the day, and
answers rows by field name. It runs as the platform and sees only its own room's door; what leaves is cut by `rights`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from pilotzone.exchange.hub.errors import unavailable

Provider = Callable[[Mapping[str, str], date], Iterable[Mapping[str, object]]]
_providers: dict[str, Provider] = {}


def register(code: str, provider: Provider) -> None:
    """Let a function answer for a resource; the last one stands."""
    _providers[code] = provider


def answers(code: str) -> bool:
    """Whether anybody answers for the resource."""
    return code in _providers


def provider(code: str) -> Provider:
    """Who answers; Unavailable `hub.no_provider`: it may be plugged in later."""
    found = _providers.get(code)
    if found is None:
        raise unavailable("hub.no_provider")
    return found
