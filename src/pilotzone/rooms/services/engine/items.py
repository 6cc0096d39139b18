"""A service item as its file says it: who may apply, what is asked, who decides in which steps and days, by which law.

`read` checks a file whole and tells every fault with its line; `of` makes the same item from content that was kept, so that a case
goes on with the version it began with.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from pilotzone.base.written import fault_line
from pilotzone.rooms.services.engine import checking
from pilotzone.rooms.services.engine.checking import COUNTY
from pilotzone.rooms.services.engine.examined import Known, Sheet
from pilotzone.rooms.services.engine.lines import Source
from pilotzone.rooms.services.engine.schema import Field, fields
from pilotzone.rooms.services.errors import Finding, finding

TRIAL, ON, ENDED = "draft", "on", "ended"
STATUS = {TRIAL: ("试用", "on trial"), ON: ("在用", "in use"), ENDED: ("已停办", "ended")}
__all__ = ["COUNTY", "ENDED", "ON", "STATUS", "TRIAL", "Item", "Known", "Material", "Step", "of", "read"]


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Basis:
    """A document of the law with its article and how sure we are of it (A, B, C; P: the platform proposes it)."""

    document: str
    article: str
    tag: str


@dataclass(frozen=True, slots=True)
class Material:
    """A paper to hand in: kinds of file by extension, at most so many MB."""

    key: str
    zh: str
    en: str
    must: bool
    kinds: tuple[str, ...]
    most_mb: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the units that hold it (several: jointly), within how many working days, which right it takes beside service.decide."""

    key: str
    zh: str
    en: str
    units: tuple[str, ...]
    days: int
    action: str


@dataclass(frozen=True, slots=True)
class Item:
    """One version of a service item. `author` is the code of the unit that wrote it; `who` is empty for every kind of firm;
    `persons`: a natural person may apply too."""

    key: str
    version: int
    status: str
    zh: str
    en: str
    about: Words
    author: str
    tag: str
    basis: tuple[Basis, ...]
    who: tuple[str, ...]
    filing: bool
    agents: bool
    persons: bool
    form: tuple[Field, ...]
    materials: tuple[Material, ...]
    accept: Step
    steps: tuple[Step, ...]
    notice: Words
    prefix: str
    grant: Words
    appeal: Words
    content: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """SHA-256 of the content without its status: the same item on trial and in use is the same version."""
        told = {name: value for name, value in self.content.items() if name != "status"}
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    @property
    def days(self) -> int:
        """Working days from submission to decision, if nothing is to be corrected."""
        return self.accept.days + sum(one.days for one in self.steps)

    def step(self, number: int) -> Step:
        """The step of a number; below zero: acceptance."""
        return self.accept if number < 0 else self.steps[number]


def read(text: str, *, name: str, known: Known) -> tuple[Item | None, list[Finding]]:
    """The item of a file, or None and everything wrong with it. `name`: the file's name without its ending."""
    try:
        source = Source(text)
    except yaml.YAMLError as error:
        why = str(getattr(error, "problem", "") or error)[:160]
        return None, [finding("", "format.item.yaml", line=fault_line(error, text) or 1, why=why)]
    sheet = Sheet(source)
    checking.check(sheet, name=name, known=known)
    return (None, sheet.wrong) if sheet.wrong else (of(source.data), [])


def of(content: Mapping[str, Any]) -> Item:
    """The item of content that was checked."""
    accept = content["accept"]
    return Item(
        key=content["key"], version=content["version"], status=content["status"], zh=content["name"]["zh"],
        en=content["name"]["en"], about=_words(content["about"]), author=content["author"], tag=content["tag"],
        basis=tuple(Basis(one["document"], str(one.get("article", "")), one["tag"]) for one in content["basis"]),
        who=() if content["who"] == "all" else tuple(content["who"]), filing=content.get("filing", False),
        agents=content.get("agents", False), persons=content.get("persons", False), form=fields(content["form"]),
        materials=tuple(
            Material(one["key"], one["zh"], one["en"], one.get("must", False), tuple(one["kinds"]), one["most_mb"])
            for one in content.get("materials", ())
        ),
        accept=Step("accept", "受理", "acceptance", (accept["unit"],), accept["days"], accept.get("action", "")),
        steps=tuple(
            Step(one["key"], one["zh"], one["en"], tuple(one["units"]), one["days"], one.get("action", ""))
            for one in content["steps"]
        ),
        notice=_words(content["notice"]), prefix=content["notice"]["prefix"], grant=_words(content["notice"]["grant"]),
        appeal=_words(content["appeal"]), content=content,
    )  # fmt: skip


def _words(node: Mapping[str, Any]) -> Words:
    return Words(node["zh"], node["en"])


def filled(sentence: str, values: Mapping[str, str]) -> str:
    """A sentence of a notice with its {places} filled in."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], "")), sentence)
