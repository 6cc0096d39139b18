"""The regular form is read without a tree; what it answers is byte for byte what the tree and the schema answer."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.exchange.formats import partly, regular
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.parse import explained, parse
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, SIGNATURE, codes, made
from pilotzone.exchange.formats.tests.strategies import messages

FULL = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
ON = DAYS["2018"]


def same(raw: bytes, *, edition: str | None = "2018", on: date = ON, rules: bool = True):
    """Parse both ways, compare, and give the answer."""
    quick = parse(raw, edition=edition, on=on, rules=rules)
    slow = explained(raw, edition=edition, on=on, rules=rules, max_bytes=None)
    quick.canonical = False  # the only thing the long way does not look at
    assert quick == slow
    assert [list(one.head) for one in quick.documents] == [list(one.head) for one in slow.documents]
    return quick


def is_regular(raw: bytes, edition: str | None = "2018", on: date = ON) -> bool:
    return regular.read(raw, edition=edition, on=on) is not None


def spaced(raw: bytes) -> bytes:
    """Every tag on a line of its own, values left alone."""
    return re.sub(rb"(</[\w:]+>|<ceb:(?:[A-Z]\w+)(?: [^>]*)?>)(?=<)", rb"\1\n  ", raw)


FORMS = {
    "as built": lambda raw: raw,
    "with a mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "on many lines": spaced,
    "with the line ends of Windows": lambda raw: spaced(raw).replace(b"\n", b"\r\n"),
    "without a declaration": lambda raw: raw[raw.index(b"?>") + 3 :],
    "with more name spaces": lambda raw: raw.replace(
        b" guid=", b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" guid=', 1
    ),
    "with attributes the other way round": lambda raw: re.sub(
        rb'( guid="[^"]*")( version="[^"]*")', rb"\2\1", raw, count=1
    ),
    "with white space around the signature": lambda raw: raw.replace(SIGNATURE, b"\n " + SIGNATURE + b"\n"),
    "with the signature's certificate on lines": lambda raw: raw.replace(
        b"</ds:KeyInfo>", b"<ds:X509Data><ds:X509Certificate>QUJD\nREVG\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_every_message_is_regular_as_we_and_others_write_it(name, edition, form):
    raw = FORMS[form](made(name, edition))
    on = DAYS[edition]
    read = same(raw, edition=edition, on=on)
    assert codes(read) == []
    # a format receipt carries its original escaped or in CDATA: that is left to the tree
    assert is_regular(raw, edition, on) == (name != "CEB900Message")


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_the_default_name_space_is_regular_too(name, edition):
    raw = made(name, edition, default_namespace=True)
    assert is_regular(raw, edition, DAYS[edition]) == (name != "CEB900Message")
    same(raw, edition=edition, on=DAYS[edition])


@FULL
@given(messages(), st.sampled_from(sorted(FORMS)), st.booleans(), st.booleans())
def test_any_legal_documents_are_judged_alike(drawn, form, default_namespace, rules):
    told, documents = drawn
    raw = FORMS[form](made(told.name, told.edition, documents, default_namespace=default_namespace))
    same(raw, edition=told.edition, on=DAYS[told.edition], rules=rules)
    same(raw, edition=None, on=DAYS[told.edition])


VALUES = (
    *("", " ", "0", "00", "1", "01", "-1", "+1", "1.", ".5", "0.00000", "1000000000", "1000000000.00001", "999999999.99999"),
    *("99999999999999.99999", "123456789012345", "1e3", "2", "3", "E", "I", "B", "W", "9710", "9610", "1210", "142", "110"),
    *("20200510", "20200511", "20200230", "20200510235959", "20200510240000", "20200511000000", "2020051023595"),
    *("36010119900101123X", "11010519491231002X", "110105194912310021", "0101210000", "010121000x", "\u0661" * 10, "\u3000"),
    *("<", ">", "&", "]]>", "&amp;", '"', "a\rb", "a\nb", "\u0085", "\ufeff", "x" * 61, "中" * 60, "142 ", " 142"),
    *("PZ20200501000001",),
)  # fmt: skip


@st.composite
def altered(draw):
    """A message of three documents of which some values are replaced, whether legal or not."""
    name, edition = draw(st.sampled_from(EVERY))
    told = message(name, edition)
    raw = made(name, edition, [example_document(told, lines=2)] * (3 if told.high is None or told.high > 2 else 1))
    places = [found.span(2) for found in re.finditer(rb"<(?:ceb:)?(\w+)>([^<]*)</", raw)]
    for start, end in sorted(draw(st.lists(st.sampled_from(places), max_size=3, unique=True)), reverse=True):
        new = draw(st.sampled_from(VALUES))
        escaped = new if draw(st.integers(0, 9)) == 0 else new.replace("&", "&amp;").replace("<", "&lt;")
        raw = raw[:start] + escaped.replace("]]>", "]]&gt;").encode() + raw[end:]
    return told, FORMS[draw(st.sampled_from(sorted(FORMS)))](raw)


@settings(FULL, max_examples=400)
@given(altered(), st.integers(-1, 1), st.booleans())
def test_any_values_are_judged_alike(drawn, days, named):
    told, raw = drawn
    same(raw, edition=told.edition if named else None, on=DAYS[told.edition] + timedelta(days=days))


PIECES = (
    *("<ceb:note>", "</ceb:note>", "<ceb:note/>", "<ceb:note />", "<ceb:note></ceb:note>", '<ceb:note xml:lang="zh">'),
    *("<!-- -->", "<![CDATA[x]]>", "<?p?>", "<x/>", "&lt;", "&#65;", "&quot;", "&amp;gt;", "&b;", "]]>", "\r", "\r\n"),
    *("x", " ", "\n", "\ufffe", "\x01", "<ceb:orderNo>1</ceb:orderNo>", "</ceb:OrderHead>", "<ceb:OrderList>", "南"),
)
ORDERS = {
    "one": made("CEB311"),
    "spaced": spaced(made("CEB303")),
    "two": made("CEB411", documents=[example_document(message("CEB411"))] * 2),
}


@settings(FULL, max_examples=400)
@given(
    st.sampled_from(sorted(ORDERS)),
    st.integers(0, 5000),
    st.integers(0, 12),
    st.lists(st.sampled_from(PIECES), max_size=3),
)
def test_any_damage_is_judged_alike(which, start, cut, pieces):
    raw = ORDERS[which]
    start %= len(raw)
    same(raw[:start] + "".join(pieces).encode() + raw[start + cut :])


@FULL
@given(st.sampled_from(sorted(ORDERS)), st.integers(0, 5000), st.binary(max_size=4))
def test_any_bytes_put_in_are_judged_alike(which, start, new):
    raw = ORDERS[which]
    start %= len(raw)
    same(raw[:start] + new + raw[start + len(new) :])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"AAAA</ds:DigestValue>", b"AAB=</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AAA=</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AB==</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AA==</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AA==AAAA</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AA\nAA\n</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"A AAA</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AAAAA</ds:DigestValue>"),
        (b"AAAA</ds:DigestValue>", b"AA.A</ds:DigestValue>"),
        (b"AAAA</ds:SignatureValue>", b"AAA</ds:SignatureValue>"),
        (b"<ds:KeyInfo>", b"<ds:KeyInfo>text"),
        (b"<ds:KeyInfo>", b"<ds:Object/><ds:KeyInfo>"),
        (b"<ds:KeyName>0001</ds:KeyName>", b"<ds:KeyName/>"),
        (b"</ds:Signature>", b"</ds:Signature>x"),
        (b"</ds:Signature>", b"</ds:Signature><ceb:ExtendMessage/>"),
        (b"<ds:Signature ", b'<ds:Signature Id="a" '),
        (b' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', b""),
        (b"<ceb:BaseTransfer>", b"<ceb:BaseTransfer><ceb:copCode/>"),
        (b"</ceb:BaseTransfer>", b"</ceb:BaseTransfer><ceb:BaseTransfer/>"),
        (SIGNATURE, b""),
        (SIGNATURE, SIGNATURE * 2),
    ],
)
@pytest.mark.parametrize("name", ["CEB311", "CEB621", "CEB303"])
def test_any_tail_is_judged_alike(name, old, new):
    raw = made(name)
    assert old in raw
    for _ in range(2):  # read, then remembered
        same(raw.replace(old, new))


def test_subscriptions_are_bounded_in_the_regular_form_too():
    one = {"status": "ALL", "dxpMode": "DXP", "dxpAddress": "DXPENT0000000002", "note": ""}
    raw = made("CEB311", subscribes=[one] * 5)
    assert same(raw).subscribes == [one] * 5 and is_regular(raw)
    block = raw[raw.index(b"<ceb:BaseSubscribe>") : raw.index(b"</ceb:BaseSubscribe>") + 20]
    assert codes(same(raw.replace(SIGNATURE, block + SIGNATURE))) == ["format.repeated"]


def test_what_a_message_carries_is_its_own():
    raw = made("CEB311", subscribes=[{"status": "ALL", "dxpMode": "DXP", "dxpAddress": "X"}])
    first, second = parse(raw, edition="2018", on=ON), parse(raw, edition="2018", on=ON)
    first.transfer.clear()
    first.subscribes[0].clear()
    assert second.transfer and second.subscribes[0] and parse(raw, edition="2018", on=ON) == second


def test_the_lines_of_findings_are_those_of_the_elements():
    raw = spaced(made("CEB511", documents=[(example_document(message("CEB511"))[0] | {"packNo": "2"}, [])]))
    (found,) = same(raw).findings
    assert found.line == raw[: raw.index(b"<ceb:packNo>")].count(b"\n") + 1 > 2


@pytest.mark.parametrize("count", [60_001, 66_000])
def test_more_lines_than_the_tree_counts_are_left_to_it(count):
    raw = made("CEB411").replace(b"?>\n", b"?>" + b"\n" * 3)
    raw = raw.replace(b"</ceb:CEB411Message>", b"\n" * count + b"</ceb:CEB411Message>")
    assert not is_regular(raw)
    same(raw)


def test_a_message_over_the_limit_is_not_regular():
    raw = made("CEB311")
    assert regular.read(raw, edition="2018", on=ON, max_bytes=len(raw) - 1) is None
    assert codes(parse(raw, edition="2018", on=ON, max_bytes=len(raw) - 1)) == ["format.too_large"]


@st.composite
def many(draw):
    """A message of many documents, of which one or two are altered, in bytes that may be anything."""
    name, edition = draw(st.sampled_from([(n, e) for n, e in EVERY if (message(n, e).high or 9) > 8]))
    told = message(name, edition)
    raw = made(name, edition, [example_document(told, lines=2)] * draw(st.sampled_from([4, 8])))
    inside = [found.span(2) for found in re.finditer(rb"<(?:ceb:)?(\w+)>([^<]*)</", raw)]
    for _ in range(draw(st.integers(1, 2))):
        start, end = draw(st.sampled_from(inside))
        if draw(st.booleans()):
            raw = raw[:start] + draw(st.sampled_from(VALUES)).encode() + raw[min(end, len(raw)) :]
        else:
            place = raw.find(b">", draw(st.integers(0, len(raw)))) + 1
            raw = raw[:place] + draw(st.sampled_from(PIECES)).encode() + raw[place:]
        inside = [found.span(2) for found in re.finditer(rb"<(?:ceb:)?(\w+)>([^<]*)</", raw)]
    return told, raw


@settings(FULL, max_examples=600)
@given(many(), st.booleans(), st.booleans())
def test_odd_documents_go_the_long_way_alone_and_the_findings_are_those_of_the_whole(drawn, named, rules):
    told, raw = drawn
    same(raw, edition=told.edition if named else None, on=DAYS[told.edition], rules=rules)


@pytest.mark.parametrize(
    ("piece", "taken"),
    [
        (b"<ceb:currency>1425</ceb:currency>", True),
        (b"<ceb:currency>142</ceb:currency><!-- </ceb:Order> -->", False),
        (b"<ceb:currency>142</ceb:currency></ceb:Order><ceb:Order>", False),
        (b"<ceb:currency>142", False),
    ],
)
def test_only_documents_that_stand_apart_are_taken_apart(piece, taken):
    told = message("CEB311Message", "2018")
    raw = made(told.name, "2018", [example_document(told, lines=2)] * 5)
    raw = raw.replace(b"<ceb:currency>142</ceb:currency>", piece, 1)
    asked: list[bytes] = []

    def explain(few):
        asked.append(few)
        return explained(few, edition="2018", on=ON, rules=False, max_bytes=None)

    found = partly.read(raw, edition="2018", on=ON, rules=True, max_bytes=None, explain=explain)
    assert (found is not None) == taken
    if taken:
        assert asked[0].count(b"<ceb:Order>") == 1
        assert found.parsed.findings[0].path.startswith("/CEB311Message/Order[1]/")
    same(raw)
