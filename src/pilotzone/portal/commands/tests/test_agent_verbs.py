"""The configuration's faults by key and line; the verbs that need no platform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pilotzone.exchange.agent.config import EXAMPLE, read
from pilotzone.exchange.connectors.contract import shipped
from pilotzone.portal.commands import agent, connector, keys

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "agent_config.yaml").read_text("utf-8"))


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """A folder with the files a configuration names."""
    issued = json.loads(
        CliRunner()
        .invoke(keys.command, ["36019600EC=演示", "--folder", str(tmp_path), "--kind", "rsa", "--json"])
        .output
    )
    for name, file in (("key", "key.pem"), ("cert", "cert.pem")):
        (tmp_path / file).write_bytes(Path(issued[name]).read_bytes())
    (tmp_path / "token.txt").write_text("pz_synthetic\n")
    return tmp_path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_every_fault_has_its_key_and_line(case: dict, firm: Path) -> None:
    path = firm / "agent.yaml"
    path.write_text(case["text"], encoding="utf-8")
    config, faults = read(path)
    assert [f"{one.line} {one.key}" for one in faults] == case["faults"]
    assert (config is None) == bool(faults)
    assert all(one.zh and one.en and one.reason().code == "agent.config" for one in faults)


def test_init_writes_a_configuration_that_check_takes(firm: Path) -> None:
    run, path = CliRunner().invoke, firm / "agent.yaml"
    assert run(agent.command, ["init", "--config", str(path)]).exit_code == 0
    assert path.read_text("utf-8") == EXAMPLE
    again = run(agent.command, ["init", "--config", str(path)])
    assert again.exit_code == 2
    assert run(agent.command, ["check", "--config", str(path)]).exit_code == 0
    (firm / "key.pem").write_text("no key")
    assert run(agent.command, ["check", "--config", str(path)]).exit_code == 2


def test_check_tells_faults_as_json(firm: Path) -> None:
    path = firm / "agent.yaml"
    path.write_text(EXAMPLE.replace("url:", "uri:"), encoding="utf-8")
    told = CliRunner().invoke(agent.command, ["check", "--config", str(path), "--json"])
    assert told.exit_code == 2
    assert {(one["key"], one["line"]) for one in map(json.loads, told.stdout.splitlines())} == {
        ("platform.url", 2), ("platform.uri", 3),
    }  # fmt: skip


def test_a_run_without_a_platform_says_so_and_keeps_everything(firm: Path) -> None:
    path = firm / "agent.yaml"
    path.write_text(EXAMPLE.replace("http://127.0.0.1:8000", "http://127.0.0.1:9"), encoding="utf-8")
    done = CliRunner().invoke(agent.command, ["run", "--once", "--config", str(path)])
    assert done.exit_code == 1
    assert "agent.unreachable" in done.output
    assert "pz_synthetic" not in done.output
    assert "agent.unreachable" in (firm / "exchange" / "agent.log").read_text("utf-8")


def test_the_verb_prints_every_step_and_exits_1_where_one_fails(tmp_path: Path) -> None:
    command = connector.command
    run = CliRunner().invoke
    assert run(command, ["list"]).output.split() == list(shipped())
    good = run(command, ["test", "shopify", "--json"])
    assert good.exit_code == 0
    assert all(json.loads(line)["ok"] for line in good.output.splitlines())
    bad = run(command, ["test", str(tmp_path / "none")])
    assert (bad.exit_code, "connector.unknown" in bad.output) == (1, True)
