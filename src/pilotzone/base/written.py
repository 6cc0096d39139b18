"""YAML files as plain data, read by libyaml where PyYAML was built with it: ten times as fast, the same values."""

from __future__ import annotations

import re
from typing import Any

import yaml

DEEPEST = 500  # levels
_NESTING = re.compile(rf"[\[\]{{}}]|^ {{{DEEPEST},}}|(?:[-?] ){{{DEEPEST},}}", re.MULTILINE)
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain(text: str | bytes) -> Any:
    """What a YAML text says. Raises yaml.YAMLError, with its mark, where it is none; without one where it lies too deep."""
    try:
        return yaml.load(text, Loader=yaml.SafeLoader if _deep(text) else LOADER)  # noqa: S506  (both loaders are safe ones)
    except RecursionError:
        raise yaml.YAMLError("nested too deep") from None


def _deep(text: str | bytes) -> bool:
    """Whether it may lie so deep that libyaml's reader runs out of stack: then the pure one reads it, which says so."""
    told = text if isinstance(text, str) else text.decode("utf-8", "replace")
    depth = 0
    for sign in _NESTING.finditer(told):
        if sign[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif sign[0] in "]}":
            depth = max(0, depth - 1)
        else:  # many levels on one line, or an indent as deep
            return True
    return False


def fault_line(fault: Exception, text: str) -> int | None:
    """The line of a text, from 1, at which reading it as YAML failed; None where the fault names none.

    libyaml and the pure reader put the end of a text on or below its last line; told is never a line that is not there.
    """
    mark = getattr(fault, "problem_mark", None)
    return None if mark is None else min(mark.line, text.removesuffix("\n").count("\n")) + 1
