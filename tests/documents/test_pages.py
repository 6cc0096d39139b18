"""Pages of measured parts (tools/pages.py): one part written anew leaves the others as they were."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def pages() -> ModuleType:
    found = importlib.util.spec_from_file_location("pages", Path(__file__).parents[2] / "tools" / "pages.py")
    assert found and found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_part_taken_again_takes_its_own_place(pages: ModuleType, tmp_path: Path) -> None:
    page, order = tmp_path / "page.md", ["one", "two"]
    pages.keep(page, "# Page\n", order, "two", "## Two\n\nfirst")
    pages.keep(page, "# Page\n", order, "one", "## One\n\n| a |\n")
    pages.keep(page, "# Page\n", order, "two", "## Two\n\nsecond")
    assert page.read_text("utf-8") == "# Page\n\n<!-- one -->\n## One\n\n| a |\n\n<!-- two -->\n## Two\n\nsecond\n"


def test_a_part_nobody_knows_any_more_goes(pages: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    pages.keep(page, "# Page\n", ["old"], "old", "## Old")
    pages.keep(page, "# Page\n", ["new"], "new", "## New")
    assert "Old" not in page.read_text("utf-8")
