"""Every address of the portal, filled with numbers of things that belong to one circle or another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.proofs.leaks.world import Circle

PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^()]*(?:\([^()]*\)[^()]*)*\)")
MOST = 12  # fillings of one address for one circle
WORDS = {
    "message": "CEB311Message", "edition": "2018", "month": "2021-03", "kind": "filing", "language": "zh", "verb": "show", "party": "ebp",
    "slug": "none", "name": "customs", "form": "csv", "stage": "final", "day": "2021-03-15", "resource": "samr.enterprise_registration",
    "hs": "33049900", "code": "samr.enterprise_registration", "unit": "zone.commerce", "platform": "none", "line_no": "1",
    "token": "none", "uidb36": "1", "item": "training",
}  # fmt: skip
# whose number a part of an address is, by the first word that fits its name or its parameter
THINGS = (
    ("inspection", "inspection"), ("liaison/", "liaison"), ("plan/", "plan"), ("refund", "refund"), ("guarantee", "guarantee"),
    ("document", "document"), ("officer_opened", "document"), ("trade", "trade"), ("change", "trade"), ("filing", "filing"), ("registry", "filing"),
    ("case", "case"), ("question", "question"), ("help", "question"), ("fx", "fx"), ("receipts/<number>", "receipt"), ("receipt", "receipt"),
    ("hook", "hook"), ("mandate", "mandate"), ("writing", "writing"), ("draft", "writing"),
)  # fmt: skip


def patterns() -> list[tuple[str, str]]:
    """(address with its parameters, name) of every address, once."""
    return list(dict.fromkeys(_walk(get_resolver(), "/")))


def filled(address: str, name: str, circle: Circle, most: int = MOST) -> list[str]:
    """The address with what belongs to the circle in every place; an address without places as it is."""
    places = list(PARAMETER.finditer(address))
    choices = [_choices(address, name, place, circle) for place in places]
    told = []
    for chosen in list(product(*choices))[:most]:
        parts, at = [], 0
        for place, value in zip(places, chosen, strict=True):
            parts += [address[at : place.start()], str(value)]
            at = place.end()
        told.append("".join([*parts, address[at:]]).replace("^", "").rstrip("$"))
    return told


def _choices(address: str, name: str, place: re.Match[str], circle: Circle) -> list[Any]:
    kind, parameter = place[1] or "str", place[2] or place[3]
    where = f"{name} {parameter} {address}"
    if kind == "int" or parameter in (
        "number",
        "trade_id",
        "hook_id",
        "filing_id",
        "case_id",
        "trade",
        "receipt_id",
        "key",
    ):
        found = next((thing for word, thing in THINGS if word in where), "")
        own = list(circle.numbers.get(found, ()))
        every = [number for numbers in circle.numbers.values() for number in numbers]
        if kind == "int":
            return (own or [number for number in every if isinstance(number, int)][:6]) + [1 + circle.number]
        return [*own, *circle.numbers.get("text", ())][:8] or [1]
    if parameter in ("number", "tax_no", "list_no", "list_key", "key") or kind == "path":
        return list(circle.numbers["text"])
    return [WORDS.get(parameter, "none")]


def _walk(resolver: Any, before: str) -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern), str(each.name or "")
