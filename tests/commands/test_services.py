"""`pilotzone services`: an item's file is checked with its lines and exit codes, without a server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotzone.portal.commands.services import command
from pilotzone.reference.tables import SHIPPED

TRAINING = SHIPPED / "services" / "training.yaml"


def test_a_file_in_order_is_told_so() -> None:
    done = CliRunner().invoke(command, ["check", str(TRAINING)])
    assert done.exit_code == 0 and done.stdout.strip().endswith("ok")


def test_faults_are_told_by_line_as_text_and_as_data(tmp_path: Path) -> None:
    path = tmp_path / "training.yaml"
    path.write_text(TRAINING.read_text(encoding="utf-8").replace("version: 2", "version: two"), encoding="utf-8")
    text = CliRunner().invoke(command, ["check", str(path)])
    assert text.exit_code == 1 and f"{path}:3: version [format.item.value]" in text.stdout
    done = CliRunner().invoke(command, ["check", "--json", str(TRAINING), str(path)])
    good, bad = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1 and good == {"file": str(TRAINING), "accepted": True, "errors": []}
    assert not bad["accepted"] and set(bad["errors"][0]) == {"code", "path", "line", "text_zh", "text_en", "source"}
    assert bad["errors"][0]["line"] == 3


def test_what_cannot_be_read_is_bad_usage(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["check", str(tmp_path / "nothing.yaml")])
    assert done.exit_code == 2 and "nothing.yaml" in done.stderr and "Traceback" not in done.stderr
    assert CliRunner().invoke(command, ["check"]).exit_code == 2


def test_the_list_has_the_zones_own_and_tells_what_was_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "data" / "services"
    own.mkdir(parents=True)
    (own / "training.yaml").write_text(
        TRAINING.read_text(encoding="utf-8").replace("status: on", "status: draft"), encoding="utf-8"
    )
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    done = CliRunner().invoke(command, ["list", "--json"])
    rows = {row["key"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 0 and len(rows) >= 8 and rows["training"]["status"] == "draft"
    (own / "broken.yaml").write_text("key: [", encoding="utf-8")
    done = CliRunner().invoke(command, ["list"])
    assert done.exit_code == 1 and "broken.yaml:1:" in done.stderr and "培训报名" in done.stdout
