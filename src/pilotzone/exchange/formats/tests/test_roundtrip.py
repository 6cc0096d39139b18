"""Whatever the definitions allow is built, accepted by the schema and read back unchanged."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document, example_transfer
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import DAYS, GUID, codes, made, signed
from pilotzone.exchange.formats.tests.strategies import messages
from pilotzone.exchange.formats.xsd import compiled

SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(messages(), st.booleans())
def test_legal_documents_come_back_unchanged(drawn, default_namespace):
    told, documents = drawn
    raw = build(
        told.name,
        documents,
        edition=told.edition,
        guid=GUID,
        transfer=example_transfer(told) if told.envelope else None,
        default_namespace=default_namespace,
    )
    raw = signed(raw) if told.envelope else raw
    schema = compiled(told.name, told.edition)
    assert schema.validate(etree.fromstring(raw)), schema.error_log
    parsed = parse(raw, edition=told.edition, on=DAYS[told.edition], rules=False)
    assert codes(parsed) == []
    assert [(document.head, document.lines) for document in parsed.documents] == documents


@SLOW
@given(messages())
def test_the_rules_judge_any_legal_document_without_breaking(drawn):
    told, documents = drawn
    raw = made(told.name, told.edition, documents)
    for finding in parse(raw, edition=told.edition, on=DAYS[told.edition]).findings:
        assert finding.kind in ("rule", "code", "signature")
        assert finding.path.startswith(f"/{told.name}")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"orderNo": None}, "format.missing"),
        ({"orderNo": "x" * 61}, "format.too_long"),
        ({"orderNo": ""}, "format.too_short"),
        ({"appType": "12"}, "format.length"),
        ({"freight": "1e3"}, "format.number"),
        ({"freight": "NaN"}, "format.number"),
        ({"freight": "１"}, "format.number"),
        ({"freight": "0.000001"}, "format.fraction"),
        ({"freight": "1" * 20}, "format.digits"),
        ({"currency": "502"}, "format.fixed"),
        ({"nonsense": "1"}, "format.unexpected"),
        ({"note": "a\x00b"}, "format.character"),
        ({"note": "\ud800"}, "format.character"),
    ],
)
def test_what_cannot_be_legal_is_not_built(change, code):
    head, lines = example_document(message("CEB311"))
    with pytest.raises(Refused) as caught:
        made("CEB311", documents=[(head | change, lines)])
    assert caught.value.code == code
    assert caught.value.zh and caught.value.fields


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"documents": []}, "format.missing"),
        ({"documents": [example_document(message("CEB311"))] * 101}, "format.too_many_documents"),
        ({"documents": [example_document(message("CEB311"), lines=100)]}, "format.too_many_lines"),
        ({"documents": [example_document(message("CEB311"), lines=0)]}, "format.missing"),
        ({"subscribes": [{"status": "ALL", "dxpMode": "DXP", "dxpAddress": "X"}] * 6}, "format.repeated"),
        ({"subscribes": [{"status": "ALL", "dxpMode": "D"}]}, "format.length"),
        ({"version": ""}, "format.too_short"),
    ],
)
def test_an_illegal_envelope_is_not_built(options, code):
    with pytest.raises(Refused) as caught:
        made("CEB311", **options)
    assert caught.value.code == code


def test_a_message_of_an_enterprise_needs_its_transfer_block_and_a_receipt_takes_none():
    told = message("CEB311")
    with pytest.raises(Refused) as caught:
        build("CEB311", [example_document(told)], edition="2018", guid=GUID)
    assert caught.value.code == "format.missing"
    with pytest.raises(Refused) as caught:
        build(
            "CEB312", [example_document(message("CEB312"))], edition="2018", guid=GUID, transfer=example_transfer(told)
        )
    assert caught.value.code == "format.unexpected"


def test_subscriptions_are_read_back():
    wanted = [{"status": "ALL", "dxpMode": "DXP", "dxpAddress": "DXPENT0000000002", "note": "<&>"}]
    parsed = parse(made("CEB311", subscribes=wanted), edition="2018", on=DAYS["2018"])
    assert codes(parsed) == []
    assert parsed.subscribes == wanted
    assert parsed.transfer["dxpId"] == "DXPENT0000000001"
