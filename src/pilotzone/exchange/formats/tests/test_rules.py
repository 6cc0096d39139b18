"""Business rules and code lists on one message, by the table cases/rules.yaml."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from pilotzone.base.errors import Gap, Refused
from pilotzone.exchange.formats import subscribe
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.findings import catalogue
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.rules import values
from pilotzone.exchange.formats.tests.making import codes, made

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "rules.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['message'][:6]} {case['says']}")
def test_a_case_of_the_table(case):
    edition = case.get("edition", "2018")
    told = message(case["message"], edition)
    head, lines = example_document(told, lines=2)
    head |= case.get("head", {})
    for line in lines:
        line.update(case.get("every", {}))
    if lines:
        lines[0] |= case.get("line", {})
    if "builds" in case:
        with pytest.raises(Refused) as caught:
            made(case["message"], edition, [(head, lines)])
        assert caught.value.code == case["builds"]
        return
    parsed = parse(
        made(case["message"], edition, [(head, lines)]), edition=edition, on=case.get("day", date(2020, 5, 10))
    )
    found = [f"{finding.code} {_inside(finding.path, told)}" for finding in parsed.findings]
    assert sorted(found) == sorted(case["finds"])
    assert all(finding.line >= 1 and finding.zh and finding.en and finding.source for finding in parsed.findings)


def _inside(path: str, told) -> str:
    """The path below the document node."""
    return (
        path.removeprefix(f"/{told.name}/")
        .replace(f"{told.node}[1]", told.node, 1)
        .removeprefix("" if told.flat else f"{told.node}/")
    )


def test_every_rule_of_the_catalogue_is_in_the_table_or_tested_below():
    table = {find.partition(" ")[0] for case in CASES for find in case.get("finds", [])}
    elsewhere = {"rule.repeated_key", "code.list_missing", "rule.i_flag", "rule.summary_flag", "rule.status"}
    subscriptions = {one.code for one in subscribe.check([{}])}  # test_subscribe.py
    known = {code for code in catalogue() if code.startswith(("rule.", "code."))}
    assert known - table - elsewhere - subscriptions == set()


def test_a_key_twice_in_one_message_names_the_first():
    head, lines = example_document(message("CEB311"), lines=1)
    other = head | {"orderNo": "PZ2"}
    parsed = parse(
        made("CEB311", documents=[(head, lines), (other, lines), (head, lines)]), edition="2018", on=date(2020, 5, 10)
    )
    assert codes(parsed) == ["rule.repeated_key"]
    assert parsed.findings[0].path == "/CEB311Message/Order[3]/OrderHead/orderNo"
    assert "第1份" in parsed.findings[0].zh


def test_a_receipt_may_repeat_its_key():
    head, _ = example_document(message("CEB312"))
    assert codes(parse(made("CEB312", documents=[(head, []), (head, [])]), edition="2018", on=date(2020, 5, 10))) == []


@pytest.mark.parametrize("name", ["CEB311", "CEB603", "CEB701"])
def test_a_declared_message_needs_a_signature_and_a_draft_does_not(name):
    head, lines = example_document(message(name), lines=1)
    on = date(2020, 5, 10)
    assert codes(parse(made(name, sign=False), edition="2018", on=on)) == ["signature.missing"]
    draft = made(name, documents=[(head | {"appStatus": "1"}, lines)], sign=False)
    assert codes(parse(draft, edition="2018", on=on)) == []


def test_a_missing_code_list_is_a_named_finding_and_not_a_pass(monkeypatch):
    def gone(*_args, **_options):
        raise Gap(code="reference.missing", zh="缺", en="missing")

    monkeypatch.setattr(values.codes, "known", gone)
    monkeypatch.setattr(values.codes, "current", object)  # as after a reload
    found = codes(parse(made("CEB411"), edition="2018", on=date(2020, 5, 10)))
    assert found == ["code.list_missing"]


def test_a_hostile_value_does_not_break_its_sentence():
    head, lines = example_document(message("CEB303"), lines=1)
    parsed = parse(
        made("CEB303", documents=[(head | {"orderType": "{", "currency": "{0}"}, lines)]),
        edition="2018",
        on=date(2020, 5, 10),
    )
    assert codes(parsed) == ["rule.order_type", "code.currency"]
    assert "“{”" in parsed.findings[0].zh and "“{0}”" in parsed.findings[1].en
