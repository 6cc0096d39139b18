"""What every page shows around its content: the zone's name, its clock, who is signed in, and the menus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info, gettext

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import NOBODY
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.access.scope import current
from pilotzone.ui import addresses
from pilotzone.ui.menus import PUBLIC_MENU, Entry, shown, stands, workbench
from pilotzone.ui.wording import said


@dataclass(frozen=True)
class Page:
    """The frame of a page. `now` is None where the zone's clock cannot be read."""

    zone: str
    demo: bool
    now: datetime | None
    kind: str
    role: str
    workbench: str
    workbench_menu: tuple[Entry, ...]
    language: str
    next_language: str
    next_language_name: str
    theme: str
    sign_in: str
    sign_out: str
    here: str
    parties: str


def page(request: HttpRequest) -> dict[str, object]:
    """Django's context processor: `page` (read only when a template asks) and `menu`."""
    return {"page": SimpleLazyObject(lambda: frame(request)), "menu": SimpleLazyObject(_public)}


def _public() -> tuple[Entry, ...]:
    """The public menu; who is signed in as somebody else than a consumer is not led to the consumers' own desk."""
    return for_reader(PUBLIC_MENU)


def for_reader(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Entries of a public page without doors closed to the reader; a stranger sees all, for the door asks him to sign in."""
    return shown(entries, lambda action: current() == NOBODY or may(action))


def frame(request: HttpRequest) -> Page:
    """The frame for this request; a database that is away leaves the clock out and nothing else."""
    try:
        now, demo = clock.now(), clock.is_demo()
    except DatabaseError:
        now, demo = None, False
    kind = current().kind
    name, entries = workbench(kind, current().unit_path, current().role)
    language = get_language() or settings.LANGUAGE_CODE
    other = next(code for code, _ in settings.LANGUAGES if code != language)
    return Page(
        zone=settings.ZONE_NAMES["en" if language.startswith("en") else "zh"],
        demo=demo,
        now=now,
        kind=kind,
        role=_role_words(current().role, language),
        workbench=gettext(name) if name else "",
        workbench_menu=shown(entries, may, demo=demo),
        language=language,
        next_language=other,
        next_language_name=get_language_info(other)["name_local"],
        theme=theme_of(request),
        sign_in=_address("/accounts/login/"),
        sign_out=_address("/accounts/logout/"),
        here=addresses.here(request),
        parties=_address("/accounts/parties/") if demo else "",
    )


def theme_of(request: HttpRequest) -> str:
    """light or dark where the reader chose one, else empty: the system decides."""
    chosen = request.COOKIES.get("pz_theme", "")
    return chosen if chosen in {"light", "dark"} else ""


def _role_words(code: str, language: str) -> str:
    """The role in the reader's language; a code the table does not know stays a code."""
    try:
        return said(role(code), "", language) if code else ""
    except Refused:
        return code


def _address(path: str) -> str:
    """The path where a page stands there, else empty."""
    return path if stands(path) else ""
