"""What import contracts cannot see: a room reaching into another by name or by SQL."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import PACKAGE, calls, imports, modules, name, sql_files, texts, working_modules

pytestmark = pytest.mark.xdist_group("house")  # the files of the package are read and parsed once

ROOMS = sorted(path.name for path in (PACKAGE / "rooms").iterdir() if (path / "__init__.py").exists())
SQL = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE|TABLE|COPY|ON)\s+\"?({'|'.join(ROOMS)})_\w+", re.IGNORECASE)


def room_of(path: str) -> str:
    """The room a file belongs to, empty outside of the rooms."""
    parts = path.split("/")
    return parts[1] if parts[0] == "rooms" and len(parts) > 2 else ""


def test_nobody_fetches_a_model_by_its_name() -> None:
    fetched = [
        f"{name(path)}:{call.lineno}"
        for path in working_modules()
        for dotted, call in calls(path)
        if dotted.endswith("get_model") and "/migrations/" not in name(path)
    ]
    assert fetched == []


def test_a_rooms_tables_are_its_own() -> None:
    """No SQL of one room, or of a floor above or below, names another room's tables."""
    reaching = [
        f"{name(path)}:{line} {found[1]}_"
        for path in working_modules()
        for text, line in texts(path)
        for found in SQL.finditer(text)
        if found[1].lower() != room_of(name(path))
    ]
    reaching += [
        f"{name(path)} {found[1]}_"
        for path in sql_files()
        for found in SQL.finditer(path.read_text(encoding="utf-8"))
        if found[1].lower() != room_of(name(path))
    ]
    assert reaching == []


def test_rooms_do_not_listen_to_signals() -> None:
    """Across rooms things are told by kernel.events, which are kept and in order."""
    listening = [
        f"{name(path)}:{line}"
        for path in working_modules()
        if room_of(name(path))
        for module, line in imports(path)
        if module.startswith("django.db.models.signals") or module == "django.dispatch.receiver"
    ]
    assert listening == []


def test_rooms_do_not_import_each_others_tests() -> None:
    crossing = [
        f"{name(path)}:{line} {module}"
        for path in modules()
        if "tests" in path.parts
        for module, line in imports(path)
        if (found := re.match(r"pilotzone\.rooms\.(\w+)\.tests\b", module)) and found[1] != room_of(name(path))
    ]
    assert crossing == []
