"""What the parser has seen may be believed: where it says canonical, C14N would change nothing."""

from __future__ import annotations

import base64
import re
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.exchange import signing
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.tests.making import made
from pilotzone.exchange.signing import PemSigner, raw, sign, verify

ON = date(2021, 6, 1)
UNSIGNED = {name: made(name, sign=False) for name in ("CEB303", "CEB311", "CEB411", "CEB621")}
CHANGES = (
    *((b"<ceb:note></ceb:note>", b"<ceb:note/>"), (b">0<", b">&#48;<"), (b"&amp;", b"&#38;"), (b">0<", b"> 0<")),
    *((b"</ceb:freight>", b"</ceb:freight >"), (b"<ceb:freight>", b"<ceb:freight\n>"), (b"><", b">\r\n<")),
    *((b"><", b">\n<"), (b"</ceb:OrderHead>", b"</ceb:OrderHead>\t"), (b">0<", b">0]]&gt;<"), (b"ceb:", b"")),
    *((b'" version', b'"  version'), (b"<ceb:note>", b"<ceb:note>a>b"), (b"<ceb:note>", b"<ceb:note>a&gt;b&quot;")),
    *((b"<ceb:note>", b"<ceb:note>&amp;&lt;"), (b"<ceb:note>", b"<ceb:note>=\xe2\x80\xa8"), (b"UTF-8", b"utf-8")),
)  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(sorted(UNSIGNED)), changes=st.lists(st.sampled_from(CHANGES), max_size=2))
def test_what_the_parser_calls_canonical_is(name: str, changes: list[tuple[bytes, bytes]], rsa: PemSigner) -> None:
    changed = UNSIGNED[name]
    block = re.search(rb"<ds:Signature .*</ds:Signature>", sign(changed, rsa), re.S)
    assert block
    for old, new in changes:
        changed = changed.replace(old, new, 3)
    root = changed.rindex(b"</")
    signed = changed[:root] + block[0] + changed[root:]
    parsed = parse(signed, edition="2018", on=ON)
    if not changes:
        assert parsed.canonical
    if parsed.canonical:
        quick = raw.read(signed, canonical=True)
        assert (
            quick is None
            or base64.b64encode(quick.suite.digest(quick.before, quick.behind)).decode()
            == (signing.digests(signed)["sha256"])
        )
        assert quick == raw.read(signed)


def test_our_own_messages_are_known_as_canonical(rsa: PemSigner, at: datetime) -> None:
    signed = sign(UNSIGNED["CEB311"], rsa)
    parsed = parse(signed, edition="2018", on=ON)
    assert parsed.canonical
    assert verify(signed, at=at, canonical=True) == verify(signed, at=at)


@pytest.mark.parametrize("old", [b"<ceb:freight>", b"<ceb:OrderHead>", b"</ceb:OrderHead>"])
def test_a_changed_message_is_refused_however_sure_the_parser_was(old: bytes, rsa: PemSigner, at: datetime) -> None:
    signed = sign(UNSIGNED["CEB311"], rsa)
    assert verify(signed.replace(old, old + b" ", 1), at=at, canonical=True).code == "signature.digest"
