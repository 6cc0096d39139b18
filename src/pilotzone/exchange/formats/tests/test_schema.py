"""The generated schemas compile and judge the examples of their own definitions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from lxml import etree

from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, made
from pilotzone.exchange.formats.xsd import SIGNATURE_SCHEMA, compiled, schema_text


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_the_schema_accepts_the_example_of_its_definition(name, edition):
    root = etree.fromstring(made(name, edition))
    schema = compiled(name, edition)
    assert schema.validate(root), schema.error_log


def test_a_printed_schema_works_from_another_folder(tmp_path):
    (tmp_path / "xmldsig.xsd").write_bytes(SIGNATURE_SCHEMA.read_bytes())
    (tmp_path / "order.xsd").write_text(schema_text("CEB311", "2018"), encoding="utf-8")
    assert etree.XMLSchema(file=str(tmp_path / "order.xsd")).validate(etree.fromstring(made("CEB311")))


def test_a_receipt_schema_needs_no_signature_schema():
    assert "xmldsig" not in schema_text("CEB312", "2018").replace("http://www.w3.org/2000/09/xmldsig#", "")


def test_the_signature_must_have_its_structure_and_place():
    raw = made("CEB621")
    schema = compiled("CEB621Message", "2018")
    assert not schema.validate(
        etree.fromstring(raw.replace(b"<ds:KeyName>", b"<ds:Name>").replace(b"</ds:KeyName>", b"</ds:Name>"))
    )
    assert not schema.validate(etree.fromstring(raw.replace(b">AAAA</ds:SignatureValue>", b">AAA</ds:SignatureValue>")))
    assert not schema.validate(etree.fromstring(made("CEB621", sign=False)))


def test_two_threads_do_not_read_each_others_errors():
    good, bad = made("CEB312"), made("CEB312").replace(b"<ceb:returnStatus>2<", b"<ceb:returnStatus>12345678901<")

    def judge(raw: bytes) -> list[str]:
        return [one.code for one in parse(raw, edition="2018", on=DAYS["2018"], rules=False).findings]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(judge, [good, bad] * 60))
    assert found == [[], ["format.too_long"]] * 60
