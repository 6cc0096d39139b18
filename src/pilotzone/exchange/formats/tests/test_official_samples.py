"""The 35 official samples of the 2018 edition, where the shared material is present."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pilotzone.exchange.formats.parse import parse

SAMPLES = Path(__file__).parents[6] / "shared" / "samples" / "ceb"
ON = date(2018, 12, 31)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not beside this checkout"),
]

# What the samples' makers did not mind: placeholders in business fields. Everything else is accepted.
WRONG = {
    "CEB303": {"code.unit", "code.currency", "rule.huge", "rule.repeated_key"},
    "CEB311": {"rule.identity_number", "rule.line_total", "rule.repeated_key"},
    "CEB403": {"rule.repeated_key"},
    "CEB411": {"rule.identity_number", "rule.repeated_key"},
    "CEB505": {"rule.repeated_key"},
    "CEB507": {"rule.repeated_key"},
    "CEB509": {"rule.repeated_key"},
    "CEB511": {"rule.pack_no", "rule.repeated_key"},
    "CEB513": {"rule.logistics_status", "rule.repeated_key"},
    "CEB514": {"code.receipt_status"},
    "CEB603": {"rule.ie_flag", "code.trade_mode", "code.country", "rule.line_total", "rule.repeated_key"},
    "CEB605": {"rule.repeated_key"},
    "CEB607": {"rule.repeated_key"},
    "CEB621": {"rule.line_total", "rule.identity_number", "rule.pack_no", "rule.repeated_key"},
    "CEB623": {"rule.identity_number", "rule.repeated_key"},
    "CEB624": {"code.receipt_status"},
    "CEB625": {"code.customs_district", "rule.identity_number", "rule.repeated_key"},
    "CEB626": {"code.receipt_status"},
    "CEB701": {"rule.repeated_key"},
    "CEB712": {"code.receipt_status"},
    "CEB792": {"rule.huge"},
}


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.xml"))


def test_there_are_35():
    assert len(samples()) == 35


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_a_sample_is_judged_as_known(path):
    parsed = parse(path.read_bytes(), edition="2018", on=ON)
    assert parsed.name == path.stem
    assert {finding.code for finding in parsed.findings} == WRONG.get(path.stem[:6], set())


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.stem)
def test_in_the_later_edition_only_the_summary_result_lacks_its_new_field(path):
    parsed = parse(path.read_bytes(), edition="2022", on=ON, rules=False)
    expected = {"format.missing"} if path.stem == "CEB792Message" else set()
    assert {finding.code for finding in parsed.findings} == expected
