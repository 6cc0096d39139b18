"""Against other implementations: signxml for XML signatures, published vectors and openssl for SM2 and SM3."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import signxml
from lxml import etree

from pilotzone.exchange.signing import PemSigner, certificates, digests, prepare, sign, verify
from pilotzone.exchange.signing import sm2 as sm2_engine
from pilotzone.exchange.signing.algorithms import digest
from pilotzone.exchange.signing.authority import DemoAuthority
from pilotzone.exchange.signing.sm2_keys import Sm2Private, point_of, private_of, private_pem, public_info
from pilotzone.exchange.signing.tests.messages import SHAPES, as_printed

# GB/T 32918.5-2017 appendix A.2, the example over the recommended curve
NUMBER = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
POINT = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


class Lenient(signxml.XMLVerifier):  # type: ignore[misc]
    """signxml without its own opinion on SHA-1."""

    def check_deprecated_methods(self) -> None:
        pass


class OldSigner(signxml.XMLSigner):  # type: ignore[misc]
    def check_deprecated_methods(self) -> None:
        pass


# signxml forgets what C14N 1.0 §2.4 asks: xml: attributes of ancestors, and instructions outside the root.
SIGNXML_SHAPES = sorted(set(SHAPES) - {"an xml: attribute", "not a CEB message"})


@pytest.mark.parametrize("shape", SIGNXML_SHAPES)
@pytest.mark.parametrize("algorithm", ["rsa-sha256", "rsa-sha1"])
def test_signxml_accepts_what_we_sign(shape: str, algorithm: str, signer_of: Callable[[str], PemSigner]) -> None:
    signer = signer_of(algorithm)
    name = algorithm.removeprefix("rsa-").upper()
    expected = signxml.SignatureConfiguration(
        location="./",
        signature_methods=frozenset({getattr(signxml.SignatureMethod, f"RSA_{name}")}),
        digest_algorithms=frozenset({getattr(signxml.DigestAlgorithm, name)}),
    )
    document = etree.fromstring(sign(SHAPES[shape], signer).removeprefix(b"\xef\xbb\xbf"))
    pem = certificates.to_pem(signer.certificate).decode()
    found = Lenient().verify(document, x509_cert=pem, expect_config=expected)
    assert found.signed_xml is not None


@pytest.mark.parametrize("shape", ["canonical", "as printed", "default name space"])
@pytest.mark.parametrize("algorithm", ["rsa-sha256", "rsa-sha1"])
def test_we_accept_what_signxml_signs(
    shape: str,
    algorithm: str,
    signer_of: Callable[[str], PemSigner],
    at: datetime,
    key_of: Callable[[str], bytes],
) -> None:
    signer = signer_of(algorithm)
    tool = OldSigner(
        signature_algorithm=algorithm,
        digest_algorithm=algorithm.removeprefix("rsa-"),
        c14n_algorithm=signxml.CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    pem = certificates.to_pem(signer.certificate).decode()
    root = etree.fromstring(SHAPES[shape].removeprefix(b"\xef\xbb\xbf"))
    signed = tool.sign(root, key=key_of(algorithm), cert=pem, key_name=signer.certificate.serial)
    verdict = verify(etree.tostring(signed), at=at)
    assert (verdict.ok, verdict.code, verdict.algorithm) == (True, "", algorithm)


def test_sm3_gives_the_published_digest() -> None:
    # GB/T 32905-2016 appendix A, "abc"
    wanted = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest("sm3", b"abc").hex() == wanted


def test_sm2_verifies_the_published_signature() -> None:
    holds = sm2_engine.verifier(POINT)
    assert holds(SIGNATURE, b"message digest")
    assert not holds(SIGNATURE, b"message digesT")
    assert not holds(b"", b"message digest")
    assert not holds(SIGNATURE[::-1], b"message digest")


def test_sm2_signs_with_the_published_key() -> None:
    signature = sm2_engine.engine().signer(Sm2Private(NUMBER, POINT))(b"message digest")
    assert sm2_engine.verifier(POINT)(signature, b"message digest")


def test_sm2_keys_survive_their_encodings() -> None:
    key = Sm2Private(NUMBER, POINT)
    assert private_of(private_pem(key)) == key
    assert point_of(public_info(POINT)) == POINT


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="SM2"):
        sm2_engine.engine().verifier(POINT[:-1] + b"\x00")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")
@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_openssl_accepts_the_certificates_we_issue(authority: DemoAuthority, kind: str, at: datetime) -> None:
    pair = authority.issue("3601960A01", "南昌演示贸易公司", kind, at=at)
    root = authority.folder / "authority" / kind / "cert.pem"
    moment = str(int(at.timestamp()))
    identity = ["-vfyopt", "distid:1234567812345678"] if kind == "sm2" else []
    done = subprocess.run(  # noqa: PLW1510 — the assertion below shows what openssl said
        ["openssl", "verify", "-attime", moment, *identity, "-CAfile", str(root), str(pair.certificate)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")
def test_a_key_and_certificate_made_by_openssl_sign_here(tmp_path: Path, at: datetime) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "SM2", "-out", str(key)], check=True, capture_output=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-new", "-key", str(key), "-sm3", "-sigopt", "distid:1234567812345678",
         "-subj", "/CN=x/OU=3601960A09", "-days", "9", "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    signer = PemSigner(key.read_bytes(), cert.read_bytes())
    verdict = verify(sign(as_printed(), signer), at=signer.certificate.not_before)
    assert (verdict.ok, verdict.enterprise) == (True, "3601960A09")
    assert signer.certificate.issued_by(signer.certificate)


def test_digests_are_those_of_the_w3c_canonical_form() -> None:
    # Canonical XML 1.0 §3.3 and 3.4, start and end tags and character modifications, in one small document
    xml = b"<?xml version='1.0'?><!-- x --><e5 a:attr=\"out\"  b:attr='s'  attr2=\"all\" attr='I&apos;m' " \
          b"xmlns:b=\"http://www.ietf.org\" xmlns:a=\"http://www.w3.org\" xmlns=\"http://example.org\"><e1/>\r\n" \
          b"<c><![CDATA[v>\"0\" && v<\"10\"]]></c></e5>"  # fmt: skip
    form = (
        b'<e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" '
        b'attr="I\'m" attr2="all" b:attr="s" a:attr="out"><e1></e1>\n'
        b'<c>v&gt;"0" &amp;&amp; v&lt;"10"</c></e5>'
    )
    assert digests(xml) == digests(form)
    assert digests(form)["sha1"] == base64.b64encode(digest("sha1", form)).decode()


def test_signed_info_carries_what_is_in_scope() -> None:
    signed_info = prepare(SHAPES["an xml: attribute"]).signed_info
    start = (
        b'<ds:SignedInfo xmlns="http://www.chinaport.gov.cn/ceb" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
        b' xml:lang="zh"><ds:CanonicalizationMethod '
    )
    assert signed_info.startswith(start)


SAMPLES = Path(__file__).parents[6] / "shared" / "samples" / "ceb"


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the reference samples are not beside this checkout")
def test_official_samples_are_read_up_to_their_placeholder_certificate(at: datetime) -> None:
    codes: dict[str, set[str]] = {"signed": set(), "unsigned": set()}
    for path in SAMPLES.glob("*.xml"):
        raw = path.read_bytes()
        codes["signed" if b"Signature" in raw else "unsigned"].add(verify(raw, at=at).code)
    assert codes == {"signed": {"signature.certificate"}, "unsigned": {"signature.missing"}}
