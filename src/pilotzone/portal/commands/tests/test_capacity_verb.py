"""`pilotzone capacity`: what it prints, and what it refuses."""

from __future__ import annotations

import json

from click.testing import CliRunner

from pilotzone.portal.bench.capacity import PARAMETERS
from pilotzone.portal.commands.capacity import command


def test_the_verb_names_every_parameter_and_its_tag() -> None:
    done = CliRunner().invoke(command, ["--lists-per-day", "1000000", "--json"])
    assert done.exit_code == 0, done.output
    assert {one["key"]: one["tag"] for one in json.loads(done.output)["parameters"]} == {
        key: tag for key, (_, tag, _) in PARAMETERS.items()
    }
    assert "measured" in CliRunner().invoke(command, ["--lists-per-day", "5"]).output


def test_no_lists_are_bad_usage() -> None:
    assert CliRunner().invoke(command, ["--lists-per-day", "0"]).exit_code == 2
