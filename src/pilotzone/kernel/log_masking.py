"""No log line shows a whole telephone, document number, card, address, name or mail address, whoever wrote it and wherever it goes.

Nor what a database tells of a row it refused: of its errors the first sentence is kept, without the values it quotes.
One rule (`quiet`) at three doors: records of `logging` as they are made, so that every handler gets them masked, also
one added later; events of structlog as a processor; lines a process simply prints where the supervisor keeps them (journal.py).
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from pilotzone.kernel.personal_data import masked

DEEPEST = 6
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROW = re.compile(r"^(DETAIL|CONTEXT|HINT|LINE \d+): .*(?:\n +\^)?$", re.MULTILINE)
_ESCAPED = re.compile(
    r"\\u(4[e-f][0-9a-f]{2}|[5-9][0-9a-f]{3}|30[0-3][0-9a-f]|ff[0-9a-e][0-9a-f])"
)  # CJK and its marks
_QUOTED = re.compile(r"\".*\"", re.DOTALL)
_make = logging.LogRecord


def quiet(text: str) -> str:
    """The text with every piece masked that is personal, and without what a database tells of a row. Chinese that was escaped (as Django
    escapes an address) is read first."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return masked(_MAIL.sub("***", _ROW.sub(r"\1: …", text)))


def install() -> None:
    """Let every record of this process be masked as it is made. Twice changes nothing."""
    logging.setLogRecordFactory(record)


def record(*told: Any, **more: Any) -> logging.LogRecord:
    """A record whose message and traceback are masked; one that cannot be put together keeps its words without values."""
    made = _make(*told, **more)
    try:
        text = made.getMessage()
    except (TypeError, ValueError, KeyError):
        text = str(made.msg)
    for given in made.args if isinstance(made.args, tuple) else ():
        text = without_rows(text, given) if isinstance(given, BaseException) else text
    made.msg, made.args = quiet(text), None  # no handler that formats in its own way finds the values in the arguments
    if made.exc_info and made.exc_info[1] is not None:
        text = "".join(traceback.format_exception(made.exc_info[1])).rstrip("\n")
        made.exc_text = quiet(without_rows(text, made.exc_info[1]))
    return made


def without_rows(text: str, broken: BaseException) -> str:
    """The text without what the database errors of a chain of exceptions say of a row."""
    for one in _chain(broken):
        kinds = {
            kind.__name__ for kind in type(one).__mro__
        }  # PEP 249 names them, Django's and the driver's are called the same
        if "DatabaseError" in kinds and (said := str(one)):
            short = _QUOTED.sub('"…"', said) if "DataError" in kinds else said
            text = text.replace(said, short.split("\n")[0])
    return text


def _chain(broken: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while broken is not None and id(broken) not in seen:
        seen.add(id(broken))
        yield broken
        broken = broken.__cause__ or broken.__context__


def event(logger: Any, method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor for structlog: every text of the event, however deep it lies."""
    for key, value in told.items():
        told[key] = _deep(value, DEEPEST)
    return told


def _deep(value: Any, left: int) -> Any:
    if isinstance(value, str):
        return quiet(value)
    if left and isinstance(value, Mapping):
        return {key: _deep(one, left - 1) for key, one in value.items()}
    if left and isinstance(value, (list, tuple)):
        return [_deep(one, left - 1) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return quiet(str(value))
