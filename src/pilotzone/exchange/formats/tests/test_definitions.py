"""The definition files are whole and consistent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.definitions import editions_of, full_name, message, message_names
from pilotzone.exchange.formats.findings import catalogue
from pilotzone.exchange.formats.rules.values import _snake
from pilotzone.exchange.formats.tests.making import EVERY
from pilotzone.reference import codes

SHARED = Path(__file__).parents[6] / "shared"


def test_there_are_42_messages_with_749_fields_in_two_editions():
    newest = [message(name, editions_of(name)[-1]) for name in message_names()]
    assert len(newest) == 42
    assert sum(len(part.fields) for told in newest for part in told.parts) == 749
    assert {name for name in message_names() if editions_of(name) == ("2022",)} == {
        "CEB213Message", "CEB214Message", "CEB215Message", "CEB216Message"
    }  # fmt: skip


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_every_field_is_named_in_both_languages_and_reads_a_list_that_exists(name, edition):
    told = message(name, edition)
    assert set(told.key) <= set(told.head.by_name)
    for part in (*told.parts, *told.blocks.values()):
        for field in part.fields:
            assert field.zh and field.en and field.en.isascii(), field.element
            assert not field.codes or field.codes in codes.list_names(), field.element
            if field.values and not field.codes and field.facets.fixed is None and not told.is_receipt:
                assert f"rule.{_snake(field.element)}" in catalogue()
            if field.codes:
                assert f"code.{field.codes}" in catalogue()


@pytest.mark.parametrize("name", message_names())
def test_a_message_and_its_receipt_share_a_key(name):
    told = message(name, editions_of(name)[-1])
    if told.receipt:
        back = message(told.receipt, told.edition)
        assert set(told.key) & set(back.head.by_name)
        assert back.direction == told.direction


def test_the_order_of_signature_and_extension_is_opposite_for_import_and_export():
    assert [slot.name for slot in message("CEB311").envelope][2:] == ["ExtendMessage", "Signature"]
    assert [slot.name for slot in message("CEB303").envelope][2:] == ["Signature", "ExtendMessage"]


def test_editions_differ_where_the_official_schemas_do():
    assert message("CEB621", "2018").lines.by_name["itemNo"].facets.notation == "C..30"
    assert message("CEB621", "2022").lines.by_name["itemNo"].facets.notation == "C..20"
    assert "gseqno" not in message("CEB792", "2018").lines.by_name
    names = [field.element for field in message("CEB792", "2022").lines.fields]
    assert names.index("gseqno") + 1 == names.index("gnum")
    assert message("CEB603", "2022").head.by_name["fFlag"].facets.fixed == "3"
    assert message("CEB303", "2018").head.by_name["appStatus"].facets.default == "2"
    assert message("CEB303", "2022").head.by_name["appStatus"].facets.default == "1"
    # the export schema of 202205 dropped the minimum lengths
    assert message("CEB303", "2018").head.by_name["orderNo"].facets.low == 1
    assert message("CEB303", "2022").head.by_name["orderNo"].facets.low == 0


@pytest.mark.parametrize("word", ["CEB311", "311", "ceb311", "CEB311Message"])
def test_a_message_is_found_by_number(word):
    assert full_name(word) == "CEB311Message"


@pytest.mark.parametrize(
    ("name", "edition", "code"),
    [
        ("CEB999", "2018", "format.unknown_message"),
        ("../x", "2018", "format.unknown_message"),
        ("CEB311", "2019", "format.unknown_edition"),
        ("CEB213", "2018", "format.not_in_edition"),
    ],
)
def test_what_does_not_exist_is_refused_by_name(name, edition, code):
    with pytest.raises(Refused) as caught:
        message(name, edition)
    assert caught.value.code == code
    assert caught.value.zh and caught.value.en


def test_every_finding_speaks_both_languages_and_has_a_source_or_cites_the_field():
    for code, told in catalogue().items():
        zh, en = told["text"]
        assert zh.endswith("。") and en.endswith("."), code
        assert en.isascii() or "“" in en or "×" in en or "±" in en, code
        assert "source" in told or code.startswith("format."), code


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared material is not beside this checkout")
def test_every_field_of_the_handbook_is_defined_with_its_facets():
    told = json.loads((SHARED / "handbook" / "ceb" / "fields.json").read_text(encoding="utf-8"))
    assert sorted(told) == sorted(message_names())
    for name, book in told.items():
        edition = editions_of(name)[0]
        ours = message(name, edition)
        for part, theirs in zip(ours.parts, book["parts"], strict=True):
            wanted = [field for field in theirs["fields"] if edition not in field.get("absent", [])]
            assert [field.element for field in part.fields] == [field["element"] for field in wanted]
            for field, their in zip(part.fields, wanted, strict=True):
                facets = their["facets"]
                assert field.required == (their["xsdMin"] == "1"), (name, field.element)
                assert field.facets.high == _number(facets, "length", "maxLength"), (name, field.element)
                assert field.facets.low == (_number(facets, "length", "minLength") or 0), (name, field.element)
                assert field.facets.digits == _number(facets, "totalDigits"), (name, field.element)


def _number(facets: dict[str, str], *names: str) -> int | None:
    return next((int(facets[name]) for name in names if name in facets), None)


def test_no_definition_file_is_left_unread():
    stems = {path.stem for path in loading.FOLDER.glob("*.yaml")}
    assert {stem for stem in stems if not stem.startswith("CEB")} == {"elements", "envelope", "editions", "findings"}
