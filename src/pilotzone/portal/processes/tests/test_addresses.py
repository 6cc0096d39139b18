"""Where verbs find the zone: what is told, what the state folder says, the usual ports."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzone.portal.processes import addresses, records


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PILOTZONE_URL", "PILOTZONE_PORT", "PILOTZONE_CUSTOMS_URL", "PILOTZONE_COUNTERPART_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    return tmp_path


def test_a_folder_of_no_zone_means_the_usual_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (addresses.portal(), addresses.counterpart()) == ("http://127.0.0.1:8000", "http://127.0.0.1:8002")
    monkeypatch.setenv("PILOTZONE_PORT", "8620")
    assert (addresses.portal(), addresses.counterpart()) == ("http://127.0.0.1:8620", "http://127.0.0.1:8622")


def test_what_the_running_tree_noted_stands_before_the_usual_port(_folder: Path) -> None:
    records.write(records.tree_file(_folder), {"url": "http://127.0.0.1:8700/"})
    assert (addresses.portal(), addresses.counterpart()) == ("http://127.0.0.1:8700", "http://127.0.0.1:8702")


def test_what_is_told_stands_before_all(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records.write(records.tree_file(_folder), {"url": "http://127.0.0.1:8700/"})
    monkeypatch.setenv("PILOTZONE_URL", "https://zone.example")
    monkeypatch.setenv("PILOTZONE_COUNTERPART_PORT", "9")
    assert (addresses.portal(), addresses.counterpart()) == ("https://zone.example", "http://127.0.0.1:9")
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "http://customs.example")
    assert addresses.counterpart() == "http://customs.example"
