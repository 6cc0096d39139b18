"""A table of sentences fills its values in everywhere and says the same as a decision, a refusal and a denial."""

from __future__ import annotations

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.sentences import Sentences, refused_as

TABLE = Sentences(
    {
        "rule.late": ("晚了{days}天", "{days} days late", "第3条", "ebc", "{days}天内补报", "Report within {days} days", "-621"),
        "rule.plain": ("不行", "No", "第4条", "", "", ""),
    }
)  # fmt: skip


def test_a_reason_has_its_values_in_every_text() -> None:
    told = TABLE.reason("rule.late", days=3)
    assert told.as_dict() == {
        "code": "rule.late", "zh": "晚了3天", "en": "3 days late", "source": "第3条", "whose": "ebc",
        "mend_zh": "3天内补报", "mend_en": "Report within 3 days", "official": "-621",
    }  # fmt: skip
    assert TABLE.reason("rule.plain").as_texts() == {
        "code": "rule.plain", "text_zh": "不行", "text_en": "No", "source": "第4条",
    }  # fmt: skip


def test_the_callers_source_stands_in_place_of_the_tables() -> None:
    assert TABLE.reason("rule.plain", source="公告1号").source == "公告1号"


def test_a_refusal_says_what_the_reason_says_and_names_the_fields() -> None:
    failure = TABLE.refused("rule.late", by_field={"day": "3"}, days=3)
    assert isinstance(failure, Refused) and failure.fields == {"day": "3"} and failure.whose == "ebc"
    assert failure.as_dict() == refused_as(TABLE.reason("rule.late", days=3), by_field={"day": "3"}).as_dict()
    denial = TABLE.denied("rule.plain")
    assert isinstance(denial, Denied) and denial.zh == "不行"


def test_an_unknown_code_is_a_defect() -> None:
    assert set(TABLE) == {"rule.late", "rule.plain"} and TABLE["rule.plain"][0] == "不行"
    with pytest.raises(KeyError):
        TABLE.reason("rule.unknown")
