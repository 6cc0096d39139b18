"""YAML files as plain data, read by libyaml where PyYAML was built with it: ten times as fast, the same values."""

from __future__ import annotations

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def plain(text: str | bytes) -> Any:
    """What a YAML text says. Raises yaml.YAMLError, with its mark, where it is none."""
    return yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are safe ones)
