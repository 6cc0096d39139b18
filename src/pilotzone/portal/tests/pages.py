"""The addresses of the desks and rooms of filing and operations that open without a record, as the zone's own list has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver, get_resolver

BELOW = ("/clearance/", "/enterprise/", "/officer/", "/tax/", "/fx/", "/services/", "/help/", "/registry/")


def opening(below: tuple[str, ...] = BELOW) -> list[str]:
    """Every address below these that names no record; those of the rooms where none is named."""
    return [one for one in dict.fromkeys(_walk(get_resolver().url_patterns, "/")) if one.startswith(below)]


def _walk(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, here)
        elif not any(sign in here for sign in "<(.\\"):  # neither records nor files
            yield here
