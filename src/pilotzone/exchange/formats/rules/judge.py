"""Applies to a message the rules that concern it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.rules import amounts, conditions, repeats
from pilotzone.exchange.formats.rules.trouble import Trouble
from pilotzone.exchange.formats.rules.values import check_values
from pilotzone.exchange.formats.shapes import Message

HeadRule = Callable[[dict[str, str]], Iterator[Trouble]]
ListRule = Callable[[dict[str, str], Sequence[dict[str, str]]], Iterator[Trouble]]

HEAD_RULES: dict[str, tuple[HeadRule, ...]] = {
    "CEB311Message": (amounts.order_total,),
    "CEB507Message": (conditions.split,),
    "CEB509Message": (conditions.split,),
    "CEB603Message": (amounts.net_over_gross,),
    "CEB607Message": (conditions.split,),
    "CEB621Message": (amounts.net_over_gross,),
    "CEB701Message": (conditions.split, conditions.summary_period),
    "CEB792Message": (amounts.net_over_gross,),
    "CEB213Message": (conditions.export_return,),
}
LINE_RULES: dict[str, tuple[HeadRule, ...]] = {
    "CEB303Message": (amounts.line_total,),
    "CEB311Message": (amounts.line_total,),
    "CEB603Message": (amounts.line_total, amounts.second_unit),
    "CEB621Message": (amounts.line_total, amounts.second_unit),
    "CEB213Message": (amounts.second_unit,),
}
LIST_RULES: dict[str, ListRule] = {
    "CEB603Message": conditions.export_list,
    "CEB621Message": conditions.import_list,
}


def judge(told: Message, documents: Sequence[Document], *, on: date, signed: bool) -> Iterator[Trouble]:
    """Every trouble of every document, then those of the message (repeated keys, missing signature)."""
    for document in documents:
        for trouble in _document(told, document, on):
            trouble.document = document.position
            yield trouble
    yield from repeats.keys(told, documents)
    # where the schema itself demands the signature its absence is a format finding already
    if not signed and told.envelope and told.signature_low == 0 and _declared(documents):
        yield Trouble("signature.missing", "Signature")


def _document(told: Message, document: Document, on: date) -> Iterator[Trouble]:
    yield from check_values(told, document.head, lines=False, on=on)
    for rule in HEAD_RULES.get(told.name, ()):
        yield from rule(document.head)
    line_rules = LINE_RULES.get(told.name, ())
    for position, line in enumerate(document.lines, start=1):
        for trouble in check_values(told, line, lines=True, on=on):
            trouble.line = position
            yield trouble
        for rule in line_rules:
            for trouble in rule(line):
                trouble.line = position
                yield trouble
    if told.lines and "gnum" in told.lines.by_name:
        yield from repeats.line_numbers(document.lines)
    if whole := LIST_RULES.get(told.name):
        yield from whole(document.head, document.lines)


def _declared(documents: Sequence[Document]) -> bool:
    return any(document.head.get("appStatus") == "2" for document in documents)
