"""The door gives what it names, and nobody pays for numpy who only passes by."""

from __future__ import annotations

import subprocess
import sys

from pilotzone.rooms.statistics import api


def test_everything_named_is_there() -> None:
    assert [name for name in api.__all__ if getattr(api, name, None) is None] == []


def test_entering_loads_neither_numpy_nor_django() -> None:
    asked = (
        "import sys, pilotzone.rooms.statistics.api; print(sorted({'numpy', 'scipy', 'django'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
