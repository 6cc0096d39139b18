"""A YAML file as plain data that remembers on which line each part stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from pilotzone.base.written import LOADER, shallow

Path = tuple[str | int, ...]


class Source:
    """`data` is what the file says, days as yyyy-mm-dd; `line` tells where a part stands."""

    def __init__(self, text: str) -> None:
        """Raises yaml.YAMLError with its mark where the text is no YAML; a key given twice is an error too."""
        self._lines: dict[Path, int] = {}
        shallow(text)
        root = yaml.compose(text, Loader=LOADER)
        self.data: Any = None if root is None else self._plain(root, ())

    def line(self, path: Sequence[str | int]) -> int:
        """The line of a part, or of what holds it where it is missing; the first is 1."""
        at = tuple(path)
        while at and at not in self._lines:
            at = at[:-1]
        return self._lines.get(at, 1)

    def _plain(self, node: yaml.Node, path: Path) -> Any:
        self._lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            found: dict[str, Any] = {}
            for key, value in node.value:
                name = str(key.value)
                if name in found:
                    raise yaml.MarkedYAMLError(None, None, f"{name!r} twice", key.start_mark)
                self._lines[(*path, name)] = key.start_mark.line + 1
                found[name] = self._plain(value, (*path, name))
            return found
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(one, (*path, n)) for n, one in enumerate(node.value)]
        if node.tag.endswith(":bool") and node.value.lower() not in ("true", "false"):
            return node.value  # YAML 1.2: `on` and `no` are words
        loader = yaml.SafeLoader("")
        try:
            value = loader.construct_object(node)
        except (ValueError, yaml.YAMLError) as error:
            raise yaml.MarkedYAMLError(None, None, str(error)[:120], node.start_mark) from error
        return value.isoformat() if isinstance(value, date) else value


def dotted(path: Sequence[str | int]) -> str:
    """A place as it is told: steps[0].days."""
    told = ""
    for part in path:
        told += f"[{part}]" if isinstance(part, int) else f".{part}" if told else part
    return told


def worded(node: Mapping[str, Any]) -> bool:
    """Whether both languages are there."""
    return all(isinstance(node.get(one), str) and node[one].strip() for one in ("zh", "en"))
