"""What is signed verifies; what is changed does not, and says why."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange import signing
from pilotzone.exchange.signing import KnownSenders, PemSigner, finish, prepare, raw, sign, verify
from pilotzone.exchange.signing.refusals import SENTENCES
from pilotzone.exchange.signing.tests.messages import SHAPES, as_printed, canonical

ALGORITHMS = ("rsa-sha256", "sm2-sm3", "rsa-sha1")
Signers = Callable[[str], PemSigner]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_signed_message_verifies(shape: str, algorithm: str, signer_of: Signers, at: datetime) -> None:
    signer = signer_of(algorithm)
    signed = sign(SHAPES[shape], signer)
    verdict = verify(signed, at=at)
    assert (verdict.ok, verdict.code, verdict.algorithm) == (True, "", algorithm)
    assert verdict.serial == signer.certificate.serial
    assert verdict.enterprise == "3601960A01"
    assert verdict.way == ("raw" if shape.startswith("canonical") else "canonical")
    assert signing.digests(signed) == signing.digests(SHAPES[shape])


@pytest.mark.parametrize("shape", ["as printed", "canonical", "default name space"])
def test_no_byte_outside_the_signature_changes(shape: str, rsa: PemSigner) -> None:
    signed = sign(SHAPES[shape], rsa)
    assert re.sub(rb"<ds:Signature .*</ds:Signature>", b"", signed, flags=re.S) == SHAPES[shape]


def test_the_signature_stands_where_the_schema_of_each_direction_wants_it(rsa: PemSigner) -> None:
    exported = sign(SHAPES["export with ExtendMessage"], rsa)
    imported = sign(SHAPES["import with ExtendMessage"], rsa)
    assert exported.index(b"</ds:Signature>") < exported.index(b"<ceb:ExtendMessage")
    assert imported.index(b"</ceb:ExtendMessage>") < imported.index(b"<ds:Signature")


def test_a_signature_behind_an_export_ExtendMessage_is_at_the_wrong_place(rsa: PemSigner, at: datetime) -> None:
    signed = sign(SHAPES["export with ExtendMessage"], rsa)
    found = re.search(rb"<ds:Signature .*</ds:Signature>", signed, re.S)
    assert found
    moved = signed.replace(found[0], b"").replace(b"</ceb:CEB303", found[0] + b"</ceb:CEB303")
    assert verify(moved, at=at).code == "signature.place"


def test_both_paths_judge_alike(rsa: PemSigner, sm2: PemSigner, at: datetime) -> None:
    for signer in (rsa, sm2):
        signed = sign(canonical(), signer)
        odd = signed.replace(b' version="1.0"', b" version='1.0'")
        assert [verify(xml, at=at).way for xml in (signed, odd)] == ["raw", "canonical"]
        assert verify(odd, at=at).ok


def changed(signed: bytes, old: bytes, new: bytes) -> bytes:
    assert signed.count(old) == 1
    return signed.replace(old, new)


def forged(signed: bytes) -> bytes:
    """The message changed and its digest brought in line, the signature value left."""
    other = changed(signed, b"<ceb:freight>0<", b"<ceb:freight>9<")
    digest = signing.digests(other)["sha256"].encode()
    return re.sub(rb"(?<=<ds:DigestValue>)[^<]+", digest, other)


def moved(signed: bytes) -> bytes:
    """The Signature moved into the order, the order wrapped as it was signed."""
    found = re.search(rb"<ds:Signature .*</ds:Signature>", signed)
    assert found
    return signed.replace(found[0], b"").replace(b"<ceb:OrderHead>", b"<ceb:OrderHead>" + found[0], 1)


ENTITY = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
BROKEN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a changed value": ("digest", lambda x: changed(x, b"<ceb:freight>0<", b"<ceb:freight>9<")),
    "white space added around the signature": (
        "digest",
        lambda x: changed(x, b"<ds:Signature ", b"\n<ds:Signature "),
    ),
    "a digest brought in line": ("value", forged),
    "no signature": ("missing", lambda x: re.sub(rb"<ds:Signature .*</ds:Signature>", b"", x)),
    "two signatures": ("many", lambda x: re.sub(rb"(<ds:Signature .*</ds:Signature>)", rb"\1\1", x)),
    "a signature in the order": ("place", moved),
    "a signature before the transfer": (
        "place",
        lambda x: re.sub(rb"(<ceb:BaseTransfer>.*)(<ds:Signature .*</ds:Signature>)", rb"\2\1", x),
    ),
    "a comment": ("comment", lambda x: changed(x, b"<ceb:freight>", b"<ceb:freight><!-- -->")),
    "a comment that hides a signature": (
        "comment",
        lambda x: re.sub(rb"(<ceb:Order>)(.*)(<ds:Signature .*</ds:Signature>)", rb"\1<!--\3-->\2\3", x),
    ),
    "a signature in CDATA": (
        "digest",
        lambda x: changed(x, b"freight>0", b"freight><![CDATA[<ds:Signature ]]>0"),
    ),
    "a DTD": ("dtd", lambda x: b"<!DOCTYPE a>" + x),
    "an entity": ("dtd", lambda x: ENTITY + changed(x, b">0<", b">&e;<")),
    "an undeclared entity": ("xml", lambda x: changed(x, b">0<", b">&e;<")),
    "cut short": ("xml", lambda x: x[:-9]),
    "UTF-16": ("encoding", lambda x: x.decode().encode("utf-16")),
    "GBK declared": ("encoding", lambda x: b'<?xml version="1.0" encoding="GBK"?>' + x),
    "NUL": ("xml", lambda x: changed(x, b">0<", b">\x00<")),
    "a lone surrogate": ("xml", lambda x: changed(x, b">0<", b">\xed\xa0\x80<")),
    "a reference to a part": ("reference", lambda x: changed(x, b'URI=""', b'URI="#a"')),
    "no reference URI": ("reference", lambda x: changed(x, b' URI=""', b"")),
    "two references": ("reference", lambda x: re.sub(rb"(<ds:Reference .*</ds:Reference>)", rb"\1\1", x)),
    "an XPath transform": (
        "transform",
        lambda x: changed(x, b"xmldsig#enveloped-signature", b"../../TR/1999/REC-xpath-19991116"),
    ),
    "a transform with a filter": (
        "transform",
        lambda x: changed(x, b"</ds:Transform>", b"<ds:XPath>1</ds:XPath></ds:Transform>"),
    ),
    "comments signed": ("canonicalization", lambda x: changed(x, b"20010315", b"20010315#WithComments")),
    "an unknown algorithm": ("algorithm", lambda x: changed(x, b"#rsa-sha256", b"#hmac-sha256")),
    "another digest than the suite's": (
        "algorithm",
        lambda x: changed(x, b"04/xmlenc#sha256", b"04/xmlenc#sha512"),
    ),
    "an object inside": (
        "structure",
        lambda x: changed(x, b"</ds:Signature>", b"<ds:Object/></ds:Signature>"),
    ),
    "no certificate": ("structure", lambda x: re.sub(rb"<ds:X509Data>.*</ds:X509Data>", b"", x)),
    "a broken certificate": ("certificate", lambda x: re.sub(rb"(?<=Certificate>)[^<]{8}", b"AAAAAAAA", x)),
    "a placeholder certificate": ("base64", lambda x: re.sub(rb"(?<=Certificate>)[^<]+", b"MII", x)),
    "a huge certificate": ("certificate", lambda x: re.sub(rb"(?<=Certificate>)[^<]+", b"MIIA" * 9000, x)),
    "another key name": ("key_name", lambda x: re.sub(rb"(?<=KeyName>)[^<]+", b"0001", x)),
    "a value of another length": ("value", lambda x: re.sub(rb"(?<=SignatureValue>)[^<]+", b"AAAA", x)),
    "a value that is not Base64": ("base64", lambda x: re.sub(rb"(?<=SignatureValue>)[^<]+", b"A", x)),
    "a digest that is not Base64": (
        "base64",
        lambda x: re.sub(rb"(?<=DigestValue>)[^<]+", "摘要".encode(), x),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_message_is_refused_with_its_reason(name: str, rsa: PemSigner, at: datetime) -> None:
    what, breaking = BROKEN[name]
    verdict = verify(breaking(sign(canonical(), rsa)), at=at)
    assert (verdict.ok, verdict.code) == (False, f"signature.{what}")
    assert verdict.zh and verdict.en and verdict.source


def test_a_signature_over_the_digest_text_is_named(rsa: PemSigner, at: datetime) -> None:
    digest = prepare(canonical()).digest
    wrong = base64.b64encode(rsa.sign(digest.encode()))
    signed = re.sub(rb"(?<=<ds:SignatureValue>)[^<]+", wrong, sign(canonical(), rsa))
    assert verify(signed, at=at).code == "signature.value_over_digest"


def test_another_firms_certificate_does_not_carry_the_signature(
    rsa: PemSigner, old_rsa: PemSigner, at: datetime
) -> None:
    other = base64.b64encode(old_rsa.certificate.encoded)
    signed = re.sub(rb"(?<=<ds:X509Certificate>)[^<]+", other, sign(canonical(), rsa))
    assert verify(signed, at=at).code == "signature.key"
    assert verify(signed, at=at).serial == old_rsa.certificate.serial


def test_a_certificate_is_valid_between_its_days_only(rsa: PemSigner) -> None:
    signed, held = sign(canonical(), rsa), rsa.certificate
    second = timedelta(seconds=1)
    moments = (held.not_before - second, held.not_before, held.not_after, held.not_after + second)
    codes = [verify(signed, at=moment).code for moment in moments]
    assert codes == ["signature.not_yet_valid", "", "", "signature.expired"]


def test_editions_and_policy_limit_the_algorithms(signer_of: Signers, at: datetime) -> None:
    def accepted(**limits: object) -> list[str]:
        signed = {name: sign(canonical(), signer_of(name)) for name in ALGORITHMS}
        return [name for name, xml in signed.items() if verify(xml, at=at, **limits).ok]  # type: ignore[arg-type]

    assert accepted(edition="2018") == ["rsa-sha256", "rsa-sha1"]
    assert accepted(edition="2022") == ["sm2-sm3", "rsa-sha1"]
    assert accepted(sha1=False) == ["rsa-sha256", "sm2-sm3"]


def test_only_known_senders_are_believed(rsa: PemSigner, at: datetime) -> None:
    signed, print_ = sign(canonical(), rsa), rsa.certificate.sha256
    assert not verify(signed, at=at).trusted
    assert verify(signed, at=at, trust=KnownSenders({print_})).trusted
    assert verify(signed, at=at, trust=KnownSenders(set())).code == "signature.unknown_sender"
    assert verify(signed, at=at, trust=KnownSenders({print_}, revoked={print_})).code == "signature.revoked"


def test_a_message_over_the_limit_is_not_read(rsa: PemSigner, at: datetime) -> None:
    assert verify(sign(canonical(), rsa), at=at, largest=500).code == "signature.size"


def test_what_cannot_be_signed_is_refused(rsa: PemSigner, sm2: PemSigner) -> None:
    cases = {
        "already": sign(canonical(), rsa),
        "comment": canonical(extra="<!-- -->"),
        "layout": b"<a/>",
        "xml": b"",
    }
    for what, xml in cases.items():
        with pytest.raises(Refused) as refused:
            sign(xml, rsa)
        assert refused.value.code == f"signature.{what}"
    to_sign = prepare(canonical(), "rsa-sha256")
    with pytest.raises(Refused, match="signature.key"):
        finish(to_sign, b"", sm2.certificate)
    with pytest.raises(Refused, match="signature.value"):
        finish(to_sign, rsa.sign(b"something else"), rsa.certificate)


def test_preparing_twice_gives_the_same_bytes(rsa: PemSigner) -> None:
    first, second = prepare(as_printed()), prepare(as_printed())
    assert first == second
    assert first.signed_info.startswith(b"<ds:SignedInfo xmlns:ceb=")


def test_a_naive_moment_is_a_programming_error(rsa: PemSigner) -> None:
    with pytest.raises(ValueError, match="time zone"):
        verify(canonical(), at=datetime(2021, 1, 1))  # noqa: DTZ001


def test_every_refusal_has_its_sentences() -> None:
    for sentence in SENTENCES.values():
        assert re.search("[\u4e00-\u9fff]", sentence.zh)
        assert not re.search("[\u4e00-\u9fff]", sentence.en)
        assert sentence.source


def test_what_would_stall_the_worker_is_refused_early(at: datetime) -> None:
    attributes = " ".join(f'a{number}="1"' for number in range(50_000))
    spaces = " ".join(f'xmlns:a{number}="urn:{number}"' for number in range(50_000))
    nested = "".join(f'<b xmlns:a{number}="urn:{number}">' for number in range(200)) + "</b>" * 200
    entities = '<!DOCTYPE a [<!ENTITY e "' + "x" * 100_000 + '">]>'
    for what, text in {
        "crowded": (f"<a {attributes}/>", f"<a {spaces}/>", f"<a>{nested}</a>"),
        "xml": ("<a>" * 100_000, entities + "<a>" + "&e;" * 10_000 + "</a>"),
    }.items():
        for one in text:
            assert verify(one.encode(), at=at).code == f"signature.{what}"


@given(st.binary(max_size=200))
def test_hostile_bytes_get_a_verdict(data: bytes) -> None:
    assert verify(data, at=datetime.fromisoformat("2021-06-01T12:00:00+08:00")).code.startswith("signature.")


@given(at_byte=st.integers(0, 10**6), new=st.integers(0, 255))
def test_no_byte_of_a_trusted_message_can_change(at_byte: int, new: int, rsa_signed: bytes) -> None:
    moment = datetime.fromisoformat("2021-06-01T12:00:00+08:00")
    trust = KnownSenders({verify(rsa_signed, at=moment).certificate_sha256})
    position = at_byte % len(rsa_signed)
    other = rsa_signed[:position] + bytes((new,)) + rsa_signed[position + 1 :]
    if verify(other, at=moment, trust=trust).ok:
        # Only what means the same may differ: spare bits of Base64, the case of KeyName.
        assert signing.digests(other) == signing.digests(rsa_signed)


PIECES = (
    *("<ceb:a>", "</ceb:a>", "<ceb:a/>", "<ceb:a >", '<ceb:a b="1">', "<ceb:a b='1'>", "<ceb:a></ceb:a>"),
    *("<!-- x -->", "<![CDATA[x]]>", "<?p x?>", '<b xmlns="urn:b"></b>', "&amp;", "&gt;", "&#65;", "&quot;"),
    *("x", "]]", "\r", "\n", "\t", '"', "'", "南昌", "\u2028", "\ufffe"),
)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8))
def test_the_raw_path_admits_only_canonical_bytes(pieces: list[str], rsa_signed: bytes) -> None:
    """Whatever well-formed document it admits, C14N gives back unchanged."""
    signed = rsa_signed.replace(b"<ds:Signature ", "".join(pieces).encode() + b"<ds:Signature ", 1)
    quick = raw.read(signed)
    if quick is not None:
        try:
            digest = signing.digests(signed)["sha256"]
        except Refused:
            return  # not well-formed: the parser's business
        assert base64.b64encode(quick.suite.digest(quick.before, quick.behind)).decode() == digest
