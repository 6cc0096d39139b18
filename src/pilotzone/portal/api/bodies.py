"""The content of a request, read up to a bound and never further."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

from pilotzone.portal.api.callers import charge
from pilotzone.portal.api.problems import refusal

PIECE = 64 * 1024
BYTES_A_UNIT = 100_000


def media_of(request: HttpRequest) -> str:
    """The content type without its parameters, lower case."""
    return (request.content_type or "").strip().lower()


def read(request: HttpRequest, *, media: Collection[str], largest: int) -> bytes:
    """The whole content; it costs the caller a unit for every 100 kB.

    Refused `api.media_type` for another content type or any compression, `api.too_large` beyond `largest` bytes.
    """
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if media_of(request) not in media or encoding not in ("", "identity"):
        raise refusal("api.media_type", {"Content-Type": ", ".join(sorted(filter(None, media)))})
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > largest:
        raise _too_large(largest)
    parts: list[bytes] = []
    size = 0
    while piece := request.read(PIECE):
        size += len(piece)
        if size > largest:
            raise _too_large(largest)
        parts.append(piece)
    charge(request, size // BYTES_A_UNIT)
    return b"".join(parts)


def _too_large(largest: int) -> Exception:
    return refusal("api.too_large", {"Content-Length": f"≤ {largest}"})
