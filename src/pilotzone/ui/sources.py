"""Addresses of static files with their fingerprint; a file that set-up has not fetched is left out of the page."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders


@lru_cache(maxsize=256)
def address(name: str) -> str:
    """The address of a static file, changing with its content; empty where the file is missing."""
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    digest = hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]
    return f"{settings.STATIC_URL}{name}?v={digest}"
