"""The committed sample messages are what the definitions give; rewrite them with `python test_samples.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import DAYS, codes, made

FOLDER = Path(__file__).parent / "samples"
NAMES = ("CEB303", "CEB311", "CEB411", "CEB505", "CEB511", "CEB603", "CEB604", "CEB621", "CEB622", "CEB816")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_what_its_definition_gives_and_is_accepted(name):
    raw = (FOLDER / f"{name}Message.xml").read_bytes()
    assert raw == made(name)
    assert codes(parse(raw, edition="2018", on=DAYS["2018"])) == []


def write() -> None:
    for name in NAMES:
        (FOLDER / f"{name}Message.xml").write_bytes(made(name))


if __name__ == "__main__":
    write()
