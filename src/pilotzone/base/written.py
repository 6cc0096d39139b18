"""YAML files as plain data, read by libyaml where PyYAML was built with it: ten times as fast, the same values."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 500  # levels
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain(text: str | bytes) -> Any:
    """What a YAML text says. Raises yaml.YAMLError, with its mark, where it is none; without one where it lies too deep."""
    shallow(text)
    try:
        return yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are safe ones)
    except RecursionError:  # the pure reader, sooner than libyaml's
        raise yaml.YAMLError("nested too deep") from None


def shallow(text: str | bytes) -> None:
    """Raises yaml.YAMLError where a text is no YAML or lies too deep, for libyaml's composer would run out of stack.

    To be asked before `yaml.compose` or `yaml.load`; its events are read without recursion.
    """
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError("nested too deep")


def fault_line(fault: Exception, text: str) -> int | None:
    """The line of a text, from 1, at which reading it as YAML failed; None where the fault names none.

    libyaml and the pure reader put the end of a text on or below its last line; told is never a line that is not there.
    """
    mark = getattr(fault, "problem_mark", None)
    return None if mark is None else min(mark.line, text.removesuffix("\n").count("\n")) + 1
