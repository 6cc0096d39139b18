"""Bad bytes get a finding with a code, never an exception, and cost no more than their size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.findings import limit
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import DAYS, codes, made

ON = DAYS["2018"]
RAW = made("CEB311")
BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "x">',
        *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "&a;" * 10}">'.encode() for n in range(12)),
        b"]><b>&a11;</b>",
    ]
)

BAD = {
    "empty": (b"", "format.empty"),
    "blank": (b" \n\t", "format.empty"),
    "only a mark": (b"\xef\xbb\xbf", "format.empty"),
    "random bytes": (b"\x93\xff\x12\x80abc", "format.encoding"),
    "plain text": (b"hello", "format.not_well_formed"),
    "JSON": (b'{"a":1}', "format.not_well_formed"),
    "cut off": (RAW[: len(RAW) // 2], "format.not_well_formed"),
    "cut inside a tag": (RAW[:-3], "format.not_well_formed"),
    "two roots": (RAW + RAW[RAW.index(b"<ceb:CEB311") :], "format.not_well_formed"),
    "NUL": (RAW.replace(b"PZ2020", b"PZ\x00020"), "format.character"),
    "control character": (RAW.replace(b"PZ2020", b"PZ\x01020"), "format.character"),
    "numbered control character": (RAW.replace(b"PZ2020", b"PZ&#1;20"), "format.character"),
    "lone surrogate": (RAW.replace(b"PZ2020", b"PZ\xed\xa0\x8020"), "format.encoding"),
    "numbered surrogate": (RAW.replace(b"PZ2020", b"PZ&#xD800;20"), "format.character"),
    "UTF-16": (RAW.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "format.encoding"),
    "UTF-16 without mark": (RAW.decode().encode("utf-16-le"), "format.encoding"),
    "UTF-32": (RAW.decode().encode("utf-32"), "format.encoding"),
    "GB18030 declared": (RAW.decode().replace("UTF-8", "GB18030").encode("gb18030"), "format.encoding"),
    "GBK not declared": (RAW.decode().encode("gbk"), "format.encoding"),
    "Latin-1 declared": (RAW.replace(b"UTF-8", b"ISO-8859-1"), "format.encoding"),
    "document type": (RAW.replace(b"?>", b"?><!DOCTYPE x>", 1), "format.dtd"),
    "document type after comments": (RAW.replace(b"?>", b"?><!-- a --><?b c?> <!DOCTYPE x []>", 1), "format.dtd"),
    "entity bomb": (BOMB, "format.dtd"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "format.dtd"),
    "unknown entity": (RAW.replace(b"PZ2020", b"&b;"), "format.not_well_formed"),
    "foreign namespace": (RAW.replace(b"chinaport.gov.cn/ceb", b"example.org/ceb"), "format.namespace"),
    "no namespace": (RAW.replace(b' xmlns:ceb="http://www.chinaport.gov.cn/ceb"', b"").replace(b"ceb:", b""), "format.namespace"),
    "unknown message": (RAW.replace(b"CEB311Message", b"CEB312345Message"), "format.unknown_message"),
    "deep nesting": (b"<a>" * 5000 + b"</a>" * 5000, "format.not_well_formed"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_bytes_get_one_finding(name):
    raw, code = BAD[name]
    parsed = parse(raw, edition="2018", on=ON)
    assert codes(parsed) == [code]
    assert parsed.documents == []
    assert parsed.findings[0].zh and parsed.findings[0].en and parsed.findings[0].source


def test_a_message_is_not_read_beyond_its_size_limit():
    parsed = parse(RAW, edition="2018", on=ON, max_bytes=len(RAW) - 1)
    assert codes(parsed) == ["format.too_large"]
    assert codes(parse(RAW, edition="2018", on=ON, max_bytes=len(RAW))) == []
    assert codes(parse(b" " * (limit("bytes") + 1), on=ON)) == ["format.too_large"]


def test_the_101st_document_is_one_finding_too_many():
    head, lines = example_document(message("CEB411"))
    documents = [(head | {"payTransactionId": f"P{n}"}, lines) for n in range(100)]
    raw = made("CEB411", documents=documents)
    assert codes(parse(raw, edition="2018", on=ON)) == []
    first, last = raw.index(b"<ceb:Payment>"), raw.index(b"</ceb:Payment>") + 14
    parsed = parse(raw[:last] + raw[first:last] + raw[last:], edition="2018", on=ON, rules=False)
    assert codes(parsed) == ["format.too_many_documents"]
    assert "101" in parsed.findings[0].en


def test_the_100th_line_of_an_import_order_is_one_too_many():
    head, lines = example_document(message("CEB311"), lines=99)
    raw = made("CEB311", documents=[(head, lines)])
    assert codes(parse(raw, edition="2018", on=ON)) == []
    first, last = raw.index(b"<ceb:OrderList>"), raw.index(b"</ceb:OrderList>") + 16
    parsed = parse(raw[:last] + raw[first:last] + raw[last:], edition="2018", on=ON, rules=False)
    assert codes(parsed) == ["format.too_many_lines"]


def test_many_faults_are_cut_at_the_display_limit():
    head, lines = example_document(message("CEB311"), lines=99)
    raw = made("CEB311", documents=[(head | {"orderNo": f"N{n}"}, lines) for n in range(20)])
    found = codes(parse(raw.replace(b"<ceb:unit>122<", b"<ceb:unit>1222<"), edition="2018", on=ON, rules=False))
    assert len(found) == limit("findings") + 1
    assert found[-1] == "format.more"


def test_attributes_of_the_root_are_judged():
    assert codes(parse(RAW.replace(b' version="1.0">', b">"), edition="2018", on=ON)) == ["format.attribute_missing"]
    parsed = parse(RAW.replace(b'guid="7C', b'guid="CEB621_HNZB_7C'), edition="2018", on=ON)
    assert [(one.code, one.path) for one in parsed.findings] == [("format.length", "/CEB311Message/@guid")]
    assert codes(parse(RAW.replace(b' version="1.0">', b' other="1" version="1.0">'), edition="2018", on=ON)) == [
        "format.attribute"
    ]


def test_a_broken_signature_block_is_a_format_finding():
    parsed = parse(RAW.replace(b">AAAA</ds:SignatureValue>", b">AAA</ds:SignatureValue>"), edition="2018", on=ON)
    assert codes(parsed) == ["format.base64"]
    assert parsed.findings[0].path == "/CEB311Message/Signature/SignatureValue"
    twice = RAW.replace(b"</ceb:CEB311Message>", RAW[RAW.index(b"<ds:Signature") :])
    assert codes(parse(twice, edition="2018", on=ON)) == ["format.repeated"]


def test_a_finding_stays_short_whatever_the_value():
    parsed = parse(RAW.replace(b"<ceb:freight>0<", b"<ceb:freight>" + b"9\n" * 50_000 + b"<"), edition="2018", on=ON)
    assert all(len(one.zh) < 300 and "\n" not in one.zh for one in parsed.findings)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(raw):
    assert parse(raw, on=ON).findings


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(RAW) - 1), st.binary(max_size=6), st.integers(0, 20))
def test_any_damage_to_a_message_is_answered(start, instead, cut):
    for finding in parse(RAW[:start] + instead + RAW[start + cut :], edition="2018", on=ON).findings:
        assert finding.zh and finding.en


def test_bytes_that_are_no_utf8_are_told_by_their_line_in_each_language():
    broken = RAW.decode().encode("gbk")  # still says UTF-8, which it is not
    (found,) = parse(broken, edition="2018", on=ON).findings
    assert "GB18030" in found.zh and f"第{found.line}行" in found.zh
    assert f"line {found.line}" in found.en and found.en.isascii()
    assert "undeclared" not in found.en
