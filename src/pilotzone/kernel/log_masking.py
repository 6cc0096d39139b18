"""No log line shows a whole telephone, document number, card, address or name, whoever wrote it and wherever it goes.

One rule (personal_data.masked) at three doors: records of `logging` as they are made, so that every handler gets them masked, also
one added later; events of structlog as a processor; lines a process simply prints where the supervisor keeps them (journal.py).
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

from pilotzone.kernel.personal_data import masked

DEEPEST = 6
_make = logging.LogRecord


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
    made.msg, made.args = masked(text), None  # no handler that formats in its own way finds the values in the arguments
    if made.exc_info and made.exc_info[1] is not None:
        made.exc_text = masked("".join(traceback.format_exception(made.exc_info[1])).rstrip("\n"))
    return made


def event(logger: Any, method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor for structlog: every text of the event, however deep it lies."""
    for key, value in told.items():
        told[key] = _deep(value, DEEPEST)
    return told


def _deep(value: Any, left: int) -> Any:
    if isinstance(value, str):
        return masked(value)
    if left and isinstance(value, Mapping):
        return {key: _deep(one, left - 1) for key, one in value.items()}
    if left and isinstance(value, (list, tuple)):
        return [_deep(one, left - 1) for one in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return masked(str(value))
