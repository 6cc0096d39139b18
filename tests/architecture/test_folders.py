"""The shape of the folders: packages, names, sizes, a README a room."""

from __future__ import annotations

import pytest

from tests.architecture.house import PACKAGE, ROOT, modules, name

BANNED = {"utils", "util", "helpers", "helper", "common", "misc", "v2"}
LIMIT = 500
TESTS = (ROOT / "tests").rglob("*.py")


def test_every_folder_with_python_is_a_package() -> None:
    folders = {path.parent for path in [*modules(), *TESTS]}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


def test_no_drawer_without_a_meaning() -> None:
    assert [name(path) for path in modules() if BANNED & {*path.parts, path.stem}] == []


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    long = [(name(path), n) for path in modules() if (n := len(path.read_text("utf-8").splitlines())) > LIMIT]
    assert long == []


@pytest.mark.parametrize("room", sorted((PACKAGE / "rooms").glob("*/api.py")), ids=lambda path: path.parent.name)
def test_every_room_has_a_readme_and_says_what_its_door_gives(room: object) -> None:
    from pathlib import Path

    assert isinstance(room, Path)
    assert (room.parent / "README.md").exists()
    assert "__all__" in room.read_text(encoding="utf-8")


def test_data_that_the_law_owns_holds_no_python() -> None:
    assert list((PACKAGE / "data").rglob("*.py")) == []
