"""The contract test passes what is shipped and names what fails in a broken connector."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.kit import check

LONGEST = 150
GUIDE = Path(__file__).parents[5] / "docs" / "connectors.md"


@pytest.mark.parametrize("name", contract.shipped())
def test_a_shipped_connector_holds_its_contract(name: str) -> None:
    steps = list(check(name))
    assert [step for step in steps if step.wrong] == []
    assert len(steps) >= 9


@pytest.mark.parametrize("name", contract.shipped())
def test_a_connector_is_short(name: str) -> None:
    folder = contract.load(name).folder
    lines = sum(len((folder / file).read_text("utf-8").splitlines()) for file in ("connector.py", "statuses.yaml"))
    assert lines <= LONGEST


def broken(what: str, old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / what
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "step", "said"),
    [
        (lambda folder: (folder / "connector.py").unlink(), "load", "connector.py"),
        (lambda folder: (folder / "statuses.yaml").write_text("a: b"), "load", "statuses.yaml"),
        (broken("connector.py", "def key(", "def kei("), "load", "key"),
        (broken("connector.py", "import re\n", "import re\n1 / 0\n"), "load", "ZeroDivisionError"),
        (lambda folder: shutil.rmtree(folder / "fixtures"), "fixtures", "no .yaml"),
        (lambda folder: (folder / "simulator.py").unlink(), "simulator", "no simulator.py"),
        (broken("statuses.yaml", "paid: ready", "paid: wait"), "S000000000", "expected ready"),
        (broken("connector.py", 'amount(order["total_tax"])', "ZERO"), "S000000", "expected"),
        (broken("connector.py", '"orders"])', '"ordres"])'), "fixture page.yaml", "KeyError"),
        (broken("connector.py", "found = NEXT.search", "return None\n    found = NEXT.search"), "simulator", "differs"),
    ],
)
def test_what_is_broken_is_named(spoil: Callable[[Path], object], step: str, said: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(contract.SHIPPED / "shopify", folder)
    assert [one for one in check(folder) if one.wrong] == []
    spoil(folder)
    wrong = [one for one in check(folder) if one.wrong]
    assert any(step in one.what and said in one.wrong for one in wrong), wrong


def test_every_code_stands_in_the_guide() -> None:
    text = GUIDE.read_text("utf-8")
    assert [code for code in SENTENCES if f"`{code}`" not in text] == []
