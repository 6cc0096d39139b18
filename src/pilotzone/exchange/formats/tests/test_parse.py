"""What the parser reads: values, defaults, namespaces, tolerances, editions."""

from __future__ import annotations

from datetime import date

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, GUID, codes, made

ON = DAYS["2018"]


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_a_legal_message_gives_back_what_was_built(name, edition):
    parsed = parse(made(name, edition), edition=edition, on=DAYS[edition])
    assert codes(parsed) == []
    assert (parsed.name, parsed.edition, parsed.guid, parsed.version) == (name, edition, GUID, "1.0")
    head, lines = example_document(message(name, edition), lines=2)
    assert [(document.head, document.lines) for document in parsed.documents] == [(head, lines)]
    assert parsed.signed == bool(message(name, edition).envelope)


@pytest.mark.parametrize("name", ["CEB311Message", "CEB403Message", "CEB622Message"])
def test_a_default_namespace_a_bom_and_foreign_prefixes_read_the_same(name):
    plain = parse(made(name), edition="2018", on=ON)
    default = parse(b"\xef\xbb\xbf" + made(name, default_namespace=True), edition="2018", on=ON)
    other = parse(made(name).replace(b"ceb:", b"x:").replace(b"xmlns:ceb", b"xmlns:x"), edition="2018", on=ON)
    for read in (default, other):
        assert codes(read) == []
        assert [(d.head, d.lines) for d in read.documents] == [(d.head, d.lines) for d in plain.documents]


def test_comments_and_cdata_and_entities_of_xml_do_not_cut_a_value():
    raw = made("CEB311").replace(b"PZ20200501000001", b"PZ<!-- x -->2020<![CDATA[05]]>&#48;1&amp;1")
    assert parse(raw, edition="2018", on=ON).documents[0].head["orderNo"] == "PZ202005" + "01&1"


def test_an_empty_element_takes_the_default_and_the_fixed_value_of_its_edition():
    raw = made("CEB303").replace(b"<ceb:appStatus>2</ceb:appStatus>", b"<ceb:appStatus/>")
    assert parse(raw, edition="2018", on=ON).documents[0].head["appStatus"] == "2"
    assert parse(raw, edition="2022", on=ON).documents[0].head["appStatus"] == "1"
    raw = made("CEB311").replace(b"<ceb:currency>142</ceb:currency>", b"<ceb:currency></ceb:currency>")
    parsed = parse(raw, edition="2018", on=ON)
    assert codes(parsed) == []
    assert parsed.documents[0].lines[1]["currency"] == "142"


def test_numbers_lose_surrounding_white_space_and_texts_keep_it():
    raw = made("CEB311").replace(b"<ceb:freight>0<", b"<ceb:freight> 0\n<").replace(b">U0001<", b"> U0001 <")
    parsed = parse(raw, edition="2018", on=ON)
    assert codes(parsed) == []
    assert parsed.documents[0].head["freight"] == "0"
    assert parsed.documents[0].head["buyerRegNo"] == " U0001 "


def test_an_absent_optional_element_is_a_missing_key_and_an_empty_one_an_empty_text():
    raw = (
        made("CEB311")
        .replace(b"<ceb:payCode>36019600PY</ceb:payCode>", b"")
        .replace(
            b"<ceb:payName>\xe6\xbc\x94\xe7\xa4\xba\xe6\x94\xaf\xe4\xbb\x98\xe6\x9c\x89\xe9\x99\x90\xe5\x85\xac\xe5\x8f\xb8</ceb:payName>",
            b"<ceb:payName></ceb:payName>",
        )
    )
    head = parse(raw, edition="2018", on=ON).documents[0].head
    assert "payCode" not in head
    assert head["payName"] == ""


def test_a_tax_bill_may_carry_elements_the_schema_does_not_know():
    extra = b"<ceb:orderNo>PZ1</ceb:orderNo><ceb:logisticsNo>L1</ceb:logisticsNo></ceb:TaxHeadRd>"
    parsed = parse(made("CEB816").replace(b"</ceb:TaxHeadRd>", extra), edition="2018", on=ON)
    assert codes(parsed) == []
    assert parsed.documents[0].head["orderNo"] == "PZ1"
    wrong = made("CEB816").replace(b"</ceb:TaxHeadRd>", extra).replace(b"<ceb:status>1<", b"<ceb:status>12<")
    assert codes(parse(wrong, edition="2018", on=ON)) == ["format.length"]
    assert codes(
        parse(made("CEB818").replace(b"</ceb:TaxHeadStatus>", b"<ceb:orderNo/></ceb:TaxHeadStatus>"), on=ON)
    ) == ["format.unexpected"]


@pytest.mark.parametrize("edition", ["2018", "2022"])
@pytest.mark.parametrize("instead", [b"", b"<ceb:invtNo></ceb:invtNo>", b"<ceb:invtNo/>"])
def test_an_export_receipt_may_lack_its_list_number(edition, instead):
    raw = made("CEB604", edition).replace(b"<ceb:invtNo>40002020I000000001</ceb:invtNo>", instead)
    parsed = parse(raw, edition=edition, on=DAYS[edition])
    assert codes(parsed) == []
    assert parsed.documents[0].head.get("invtNo", "") == ""


def test_the_edition_follows_the_day():
    raw = made("CEB505", "2018").replace(b"PZL0000000001", b"L" * 40)
    assert codes(parse(raw, on=date(2022, 4, 30))) == []
    assert codes(parse(raw, on=date(2022, 5, 1))) == ["format.too_long"]
    assert codes(parse(raw, edition="2018", on=date(2022, 5, 1))) == []


def test_a_return_message_before_its_edition_is_refused_by_name():
    parsed = parse(made("CEB213", "2022"), on=date(2020, 3, 26))
    assert codes(parsed) == ["format.not_in_edition"]
    assert parsed.documents == []
    for day in (
        date(2020, 3, 27),
        date(2022, 4, 30),
        date(2022, 5, 1),
    ):  # from announcement 2020-44 on, before the paper too
        assert "format.not_in_edition" not in codes(parse(made("CEB213", "2022"), on=day))


@pytest.mark.parametrize(
    ("on", "edition", "expected"),
    [
        (date(2020, 6, 30), None, ("2018", ["rule.mode_edition"])),
        (date(2020, 7, 1), None, ("2022", [])),
        (date(2020, 7, 1), "2018", ("2018", ["rule.mode_edition"])),
        (date(2022, 6, 1), None, ("2022", [])),
    ],
)
def test_a_b2b_order_is_judged_by_the_later_edition_from_the_day_its_mode_began(on, edition, expected):
    raw = made("CEB303").replace(b"<ceb:orderType>E<", b"<ceb:orderType>B<")
    parsed = parse(raw, edition=edition, on=on)
    assert (parsed.edition, codes(parsed)) == expected


def test_the_business_rules_can_be_left_out():
    raw = made("CEB511").replace(b"<ceb:packNo>1<", b"<ceb:packNo>2<")
    assert codes(parse(raw, edition="2018", on=ON)) == ["rule.pack_no"]
    assert codes(parse(raw, edition="2018", on=ON, rules=False)) == []


def test_an_edition_that_does_not_exist_is_the_callers_fault():
    with pytest.raises(Refused):
        parse(made("CEB311"), edition="1999", on=ON)


def test_the_findings_of_a_document_stand_with_it_too():
    told = message("CEB511")
    head, _ = example_document(told)
    raw = made("CEB511", documents=[(head, []), (head | {"logisticsNo": "L2", "packNo": "2"}, [])])
    parsed = parse(raw, edition="2018", on=ON)
    assert [codes_of(document) for document in parsed.documents] == [[], ["rule.pack_no"]]
    assert parsed.findings[0].path == "/CEB511Message/Logistics[2]/LogisticsHead/packNo"


def codes_of(document) -> list[str]:
    return [finding.code for finding in document.findings]
