"""The credit code of who files, and the forms of coded fields."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from pilotzone.base.errors import Problem
from pilotzone.base.ids import customs_code, uscc
from pilotzone.reference import codes
from pilotzone.rooms.registry.errors import WARNS, Finding, finding, refused

_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}", re.ASCII)


def credit_code(text: str) -> str:
    """The compact code; Refused `rule.filing.uscc_form` for what has not its form. The check is told by `warned`."""
    found = uscc.compact(text)
    if not uscc.is_well_formed(found):
        raise refused("rule.filing.uscc_form", value=text[:40], by_field={"uscc": text[:40]})
    return found


def warned(code: str, evidence: str) -> list[Finding]:
    """A code whose check fails: it refuses until evidence is given, then it warns."""
    if uscc.is_valid(code):
        return []
    weight = {"weight": WARNS} if evidence.strip() else {}
    return [finding("uscc", "rule.filing.uscc_check", value=code, **weight)]


def fits(check: str, value: str, on: date) -> bool:
    """Whether a coded value has its form."""
    return _CHECKS[check](value, on)


def _customs(value: str, on: date) -> bool:
    try:
        customs_code.validate(value)
    except Problem:
        return False
    return True


def _country(value: str, on: date) -> bool:
    return any(one.code == value for one in codes.entries("country", on=on))


_CHECKS: dict[str, Callable[[str, date], bool]] = {
    "customs_code": _customs,
    "country": _country,
    "phone": lambda value, on: bool(_PHONE.fullmatch(value)),
    "email": lambda value, on: bool(_EMAIL.fullmatch(value)),
    "domain": lambda value, on: bool(_DOMAIN.fullmatch(value)),
}
