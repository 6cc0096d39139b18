"""Applies to a message the rules that concern it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.rules import amounts, conditions, repeats
from pilotzone.exchange.formats.rules.trouble import Trouble
from pilotzone.exchange.formats.rules.values import check_values
from pilotzone.exchange.formats.shapes import Message

HeadRule = Callable[[dict[str, str]], Iterator[Trouble]]
Holds = Callable[[dict[str, str]], bool]
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


# Where a rule has a quick yes; every other rule is asked itself.
_HOLDS: dict[HeadRule, Holds] = {
    amounts.order_total: amounts.order_total_holds,
    amounts.line_total: amounts.line_total_holds,
    amounts.net_over_gross: amounts.net_over_gross_holds,
    amounts.second_unit: amounts.second_unit_holds,
}


def judge(told: Message, documents: Sequence[Document], *, on: date, signed: bool) -> Iterator[Trouble]:
    """Every trouble of every document, then those of the message (repeated keys, missing signature)."""
    yield from _judge(told, documents, documents, on=on, signed=signed)


def judge_regular(
    told: Message, documents: Sequence[Document], suspects: Collection[int], *, on: date, signed: bool
) -> Iterator[Trouble]:
    """What `judge` says of a message in the regular form.

    `suspects` are the positions of documents whose values `PartIsClean` did not pass; the values of all others are good.
    """
    holds = _quick(told.name)
    asked = [one for one in documents if one.position in suspects or not holds(one)]
    if asked or not signed or not repeats.keys_differ(told, documents):
        yield from _judge(told, documents, asked, on=on, signed=signed)


def _judge(
    told: Message, documents: Sequence[Document], asked: Sequence[Document], *, on: date, signed: bool
) -> Iterator[Trouble]:
    for document in asked:
        for trouble in _document(told, document, on):
            trouble.document = document.position
            yield trouble
    yield from repeats.keys(told, documents)
    # where the schema itself demands the signature its absence is a format finding already
    if not signed and told.envelope and told.signature_low == 0 and _declared(documents):
        yield Trouble("signature.missing", "Signature")


@cache
def _quick(name: str) -> Callable[[Document], bool]:
    """Whether the rules of a message certainly find nothing in a document with good values."""
    heads, lines = (_quick_rules(rules.get(name, ())) for rules in (HEAD_RULES, LINE_RULES))
    whole = LIST_RULES.get(name)

    def holds(document: Document) -> bool:
        rows = document.lines
        for rule in heads:
            if not rule(document.head):
                return False
        for rule in lines:
            for row in rows:
                if not rule(row):
                    return False
        if len(rows) > 1 and not repeats.line_numbers_differ(rows):
            return False
        return whole is None or not any(whole(document.head, rows))

    return holds


def _quick_rules(rules: Iterable[HeadRule]) -> tuple[Holds, ...]:
    return tuple(_HOLDS.get(rule) or _asked(rule) for rule in rules)


def _asked(rule: HeadRule) -> Holds:
    return lambda part: not any(rule(part))


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
