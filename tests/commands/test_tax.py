"""`pilotzone tax import --json`: one object a line in and out, exit codes, no Django."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from click.testing import CliRunner, Result

from pilotzone.portal.commands.tax import command

GOOD = {
    "id": "a",
    "on": "2020-05-01",
    "used_this_year": "0",
    "items": [{"kind": "cosmetics", "qty": "1", "unit_price": "425.00", "content": "20"}],
}


def run(*lines: Any, arguments: tuple[str, ...] = ("import", "--json")) -> Result:
    text = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    return CliRunner().invoke(command, arguments, input=text)


def told(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_contract_of_one_line() -> None:
    result = run(GOOD)
    (line,) = told(result)
    assert result.exit_code == 0
    assert list(line) == ["id", "channel", "items", "total", "reasons", "parameters"]
    assert line["items"] == [{"tariff": "0.00", "consumption_tax": "52.50", "vat": "45.50"}]
    assert (line["id"], line["channel"], line["total"], line["reasons"]) == ("a", "cbec", "98.00", [])
    assert {"key", "value", "from", "document"} <= set(line["parameters"][0])


def test_a_refusal_is_told_and_the_exit_says_so() -> None:
    over = {**GOOD, "id": 2, "used_this_year": "25999.99"}
    result = run(GOOD, over)
    first, second = told(result)
    assert result.exit_code == 1
    assert first["channel"] == "cbec"
    assert (second["id"], second["channel"], second["items"], second["total"]) == (2, "refused", [], "0.00")
    assert [set(r) for r in second["reasons"]] == [{"code", "text_zh", "text_en", "source"}]


def test_bad_lines_are_answered_one_by_one() -> None:
    result = run(
        b"not json\n",
        b"\n",
        {**GOOD, "on": "2020-13-01"},
        {**GOOD, "items": [{**GOOD["items"][0], "qty": "1e3"}]},
        {**GOOD, "items": [{"hs": "0000000000", "qty": "1", "unit_price": "1"}]},
        b"[" * 100_000 + b"\n",
        b'{"id":"\\ud800","on":"2020-05-01","items":[]}\n',
        GOOD,
    )
    lines = told(result)
    assert result.exit_code == 1
    assert [line["reasons"][0]["code"] for line in lines[:-1]] == [
        "format.json",
        "format.field",
        "rule.number",
        "reference.hs_unknown",
        "format.json",
        "rule.tax.no_items",
    ]
    assert [line["id"] for line in lines] == [None, "a", "a", "a", None, "\ud800", "a"]
    assert all(line["total"] is None for line in lines[:-1])
    assert lines[-1]["total"] == "98.00"


def test_a_field_of_the_wrong_shape_is_named() -> None:
    wrong = [
        {"discounts": True},
        {"discounts": {"kind": "open_to_all", "amount": "1"}},
        {"discounts": [7]},
        {"items": None},
        {"items": [[]]},
        {"used_this_year": [1]},
        {"spread_by": ["price"]},
        {"on": 20200501},
        {"usd_cny": {}},
    ]
    for fields in wrong:
        (line,) = told(run({**GOOD, **fields}))
        assert line["reasons"][0]["code"] in ("format.field", "format.json"), fields
        assert line["id"] == "a" and line["total"] is None


def test_numbers_are_read_as_written() -> None:
    exact = {**GOOD, "items": [{"kind": "ordinary", "qty": 3, "unit_price": 33.33}]}
    assert told(run(exact))[0]["total"] == "9.10"


def test_a_mark_at_the_beginning_and_crlf_do_not_matter() -> None:
    result = run(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n")
    assert (result.exit_code, told(result)[0]["total"]) == (0, "98.00")


def test_an_endless_line_is_refused_and_the_next_one_read() -> None:
    result = run(b'"' + b"x" * (3 << 20) + b"\n", GOOD)
    assert [line["total"] for line in told(result)] == [None, "98.00"]


def test_what_is_not_utf_8_cannot_be_read() -> None:
    result = run(GOOD, b"\xff\xfe\n")
    assert result.exit_code == 2 and "Traceback" not in result.output


def test_nothing_in_is_nothing_out() -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (0, "")


def test_without_json_it_is_readable() -> None:
    result = run({**GOOD, "used_this_year": "26000"}, arguments=("import",))
    assert result.exit_code == 1 and "年度交易限值" in result.output


def test_the_command_pays_for_no_django() -> None:
    program = (
        "import sys; from pilotzone.portal.cli import main; main(['tax', 'import', '--json'], standalone_mode=False)"
    )
    check = f"import sys, atexit\natexit.register(lambda: sys.stderr.write(str('django' in sys.modules)))\n{program}"
    done = subprocess.run(
        [sys.executable, "-c", check], input=json.dumps(GOOD).encode(), capture_output=True, check=False
    )
    assert json.loads(done.stdout)["total"] == "98.00"
    assert done.stderr == b"False"


def test_a_closed_input_cannot_be_read() -> None:
    program = "from pilotzone.portal.cli import main; main()"
    arguments = [sys.executable, "-c", f"import sys; sys.argv[1:] = ['tax', 'import']; sys.stdin = None\n{program}"]
    done = subprocess.run(arguments, capture_output=True, check=False)
    assert done.returncode == 2 and b"Traceback" not in done.stderr
