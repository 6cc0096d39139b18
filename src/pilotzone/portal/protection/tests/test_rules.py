"""The rules' file is read strictly, the page shows what it says, and every rule that deletes has who carries it out."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client

from pilotzone.base.errors import Gap, Refused
from pilotzone.exchange.catalogue.shapes import CLASSES
from pilotzone.kernel.access.roles import role
from pilotzone.portal.protection.retention import EXECUTORS
from pilotzone.reference import protection
from pilotzone.reference.protection import DELETE, rules
from pilotzone.reference.tables import SHIPPED

TEXT = (SHIPPED / protection.FILE).read_text(encoding="utf-8")


def test_every_rule_that_deletes_is_carried_out_and_no_other() -> None:
    assert {one.key for one in rules().retention if one.action == DELETE} == set(EXECUTORS)
    assert protection.CLASSES == CLASSES


def test_assessments_are_kept_three_years_by_the_law_of_2021() -> None:
    term = rules().term("assessment")
    assert term.until(datetime.date(2021, 11, 1), datetime.date(2021, 11, 1)) == datetime.date(2024, 11, 1)
    assert term.until(datetime.date(2024, 2, 29), datetime.date(2024, 2, 29)) == datetime.date(2027, 2, 28)
    with pytest.raises(Gap):
        term.last(datetime.date(2021, 10, 31))
    assert len(rules().assessments) >= 2


@pytest.mark.parametrize(
    ("on", "document"), [(datetime.date(2021, 10, 31), "电子商务法"), (datetime.date(2021, 11, 1), "个人信息保护法")]
)
def test_what_a_right_rests_on_goes_by_the_day(on: datetime.date, document: str) -> None:
    for key in ("access", "copy", "correct", "delete", "trades", "acting"):
        found = rules().right(key)
        assert found is not None and found.basis(on).document == document
    found = rules().right("delete")
    assert found is not None
    with pytest.raises(Gap):
        found.basis(datetime.date(2018, 12, 31))


@pytest.mark.parametrize("step", rules().incident, ids=lambda one: str(one.number))
def test_every_step_after_an_incident_is_a_roles(step: protection.Step) -> None:
    assert role(step.who).code == step.who


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("action: delete, term: {days: 0}", "action: burn, term: {days: 0}"), ("term: {days: 90}", "term: {days: 90, months: 3}"),
        ("class: personal, action", "class: secret, action"), ("made_on: 2021-11-01", "made_on: soon"), ("tag: B", "tag: Z"),
        ("key: session", "key: audit"), ("retention:\n", "retention: [\n"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_in_order_is_refused_with_its_place(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(Refused) as refusal:
        protection.read(TEXT.replace(old, new, 1))
    assert refusal.value.code == "protection.file" and "protection/rules.yaml" in refusal.value.zh


@pytest.mark.django_db
def test_anybody_reads_the_rules_in_both_languages() -> None:
    page = Client().get("/protection/rules/").content.decode()
    for one in rules().retention:
        assert one.zh in page and str(one.basis) in page
    assert "第五十七条" in page and "至少保存至" in page and "2024-11-01" in page
    browser = Client()
    browser.cookies["django_language"] = "en"
    english = browser.get("/protection/rules/").content.decode()
    main = english.split("<main")[1].split("</main")[0]
    assert all(one.en.replace("'", "&#x27;") in main for one in rules().retention)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", main)
