"""The messages of the customs unified version, read from data/messages: the only source of schema, parser and builder."""

from __future__ import annotations

from functools import cache, lru_cache

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.shapes import Message, Slot


@lru_cache(maxsize=1)
def message_names() -> tuple[str, ...]:
    """All message names in the order of their numbers, e.g. CEB311Message."""
    return tuple(sorted(f"{path.stem}Message" for path in loading.FOLDER.glob("CEB*.yaml")))


def full_name(name: str) -> str:
    """CEB311, 311 and CEB311Message all mean CEB311Message; raises Refused for an unknown message."""
    number = name.strip().removesuffix("Message").upper().removeprefix("CEB")
    full = f"CEB{number}Message"
    if full not in message_names():
        raise Refused(
            code="format.unknown_message",
            zh=f"没有名为{name}的报文；已定义的报文见 pilotzone schema --list。",
            en=f"There is no message {name}; pilotzone schema --list names those defined.",
            source="spec §1",
        )
    return full


@lru_cache(maxsize=1024)
def message(name: str, edition: str = "2018") -> Message:
    """The definition of one message in one edition ("2018" or "2022").

    Raises Refused `format.unknown_message`, `format.unknown_edition` or, where the edition has no such message,
    `format.not_in_edition`.
    """
    return _message(full_name(name), edition)


def editions_of(name: str) -> tuple[str, ...]:
    """The editions that have this message."""
    return tuple(loading.document(full_name(name).removesuffix("Message"))["editions"])


def edition_title(edition: str) -> tuple[str, str, str]:
    """(zh, en, source) of an edition; raises Refused `format.unknown_edition`."""
    known = loading.document("editions")["editions"]
    if edition not in known:
        raise Refused(
            code="format.unknown_edition",
            zh=f"没有{edition}版规范；可选 {'、'.join(known)}。",
            en=f"There is no edition {edition}; choose one of {', '.join(known)}.",
            source="data/messages/editions.yaml",
        )
    return known[edition]["zh"], known[edition]["en"], known[edition]["source"]


@cache
def _message(name: str, edition: str) -> Message:
    title_zh, _, _ = edition_title(edition)
    spec = loading.document(name.removesuffix("Message"))
    if edition not in spec["editions"]:
        raise Refused(
            code="format.not_in_edition",
            zh=f"{title_zh}没有{name}（{spec['zh']}），该报文自202205版起才有。",
            en=f"Edition {edition} has no {name} ({spec['en']}); it exists from edition 202205 on.",
            source="spec §1",
        )
    direction = spec["direction"]
    low, high = loading.span(spec["documents"])
    shared = loading.document("envelope")
    sender = spec.get("sender", ["", ""])
    purpose = spec.get("purpose", ["", ""])
    return Message(
        name=name,
        edition=edition,
        zh=spec["zh"],
        en=spec["en"],
        direction=direction,
        node=spec["node"],
        low=low,
        high=high,
        parts=tuple(
            loading.part(part, told, edition=edition, direction=direction) for part, told in spec["parts"].items()
        ),
        attributes=tuple(
            loading.field(attribute, told, edition=edition, direction=direction)
            for attribute, told in shared["attributes"].items()
        ),
        envelope=_envelope(spec, shared),
        blocks={
            block: loading.part(block, told, edition=edition, direction=direction)
            for block, told in shared["parts"].items()
        },
        key=tuple(spec.get("key", ())),
        source=f"{title_zh} {name.removesuffix('Message')} {spec['zh']}",
        confidence=spec["confidence"],
        sender_zh=sender[0],
        sender_en=sender[1],
        purpose_zh=purpose[0],
        purpose_en=purpose[1],
        receipt=spec.get("receipt", ""),
        tolerate_unknown=spec.get("tolerate") == "unknown elements",
    )


def _envelope(spec: dict[str, object], shared: dict[str, dict[str, list[str]]]) -> tuple[Slot, ...]:
    if "envelope" not in spec:
        return ()
    slots = []
    for entry in shared["orders"][str(spec["envelope"])]:
        name, _, occurs = entry.partition(" ")
        slots.append(Slot(name, *loading.span(occurs or str(spec["signature"]))))
    return tuple(slots)
