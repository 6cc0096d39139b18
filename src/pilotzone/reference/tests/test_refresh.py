from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[4] / "tools" / "refresh_codes.py"


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_codes", TOOL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_refresh_keeps_history_and_dates_what_is_new() -> None:
    old = [
        {"code": "1", "zh": "甲", "valid_from": "", "valid_to": ""},
        {"code": "2", "zh": "乙", "valid_from": "", "valid_to": ""},
        {"code": "3", "zh": "丙", "valid_from": "", "valid_to": ""},
        {"code": "5", "zh": "戊", "valid_from": "", "valid_to": "2010-12-31"},
    ]
    new = [{"code": "1", "zh": "甲"}, {"code": "2", "zh": "乙改"}, {"code": "4", "zh": "丁"}, {"code": "5", "zh": "戊"}]
    rows, told = tool().merged(old, new, date(2027, 1, 1))
    assert told == {"came": ["4", "5"], "went": ["3"], "changed": ["2"]}
    assert [(row["code"], row["zh"], row.get("valid_from", ""), row.get("valid_to", "")) for row in rows] == [
        ("1", "甲", "", ""),
        ("2", "乙", "", "2026-12-31"),
        ("2", "乙改", "2027-01-01", ""),
        ("3", "丙", "", "2026-12-31"),
        ("5", "戊", "", "2010-12-31"),
        ("4", "丁", "2027-01-01", ""),
        ("5", "戊", "2027-01-01", ""),
    ]


def test_a_file_without_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("code,name\n1,a\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="needs"):
        tool().read(path)
