"""YAML with its lines: plain data, and for every entry the line on which it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from pilotzone.base.written import fault_line

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Lined:
    """The data of a file, the line of every path in it, and keys written twice as (line, key)."""

    data: Any
    lines: dict[Path, int]
    twice: tuple[tuple[int, str], ...]

    def line(self, *path: str | int) -> int:
        """The line of an entry, or of the nearest one above it that is written."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


class Unreadable(ValueError):
    """No YAML; `line` is where."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def lined(text: str) -> Lined:
    """The file of a text; `Unreadable` where it is no YAML."""
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        twice: list[tuple[int, str]] = []
        data = _built(node, loader, (), lines, twice) if node is not None else None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unreadable(fault_line(error, text) or 1, str(getattr(error, "problem", error))) from error
    finally:
        loader.dispose()
    return Lined(data, lines, tuple(twice))


def _built(
    node: yaml.Node, loader: yaml.SafeLoader, path: Path, lines: dict[Path, int], twice: list[tuple[int, str]]
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        told: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str | int):
                raise yaml.MarkedYAMLError(problem="a key is a word", problem_mark=key_node.start_mark)
            if key in told:
                twice.append((key_node.start_mark.line + 1, str(key)))
            told[key] = _built(value_node, loader, (*path, key), lines, twice)
            lines[(*path, key)] = key_node.start_mark.line + 1
        return told
    if isinstance(node, yaml.SequenceNode):
        return [_built(one, loader, (*path, at), lines, twice) for at, one in enumerate(node.value)]
    return loader.construct_object(node, deep=True)
