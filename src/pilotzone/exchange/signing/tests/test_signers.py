"""The three kinds of signers, the card control, and the demonstration authority."""

from __future__ import annotations

import base64
import json
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.signing import (
    Authorities,
    DemoAuthority,
    DeviceSigner,
    PemSigner,
    UkeySigner,
    certificates,
    control,
    der,
    from_pem,
    issuance,
    libcrypto,
    read_revocations,
    sign,
    sign_text,
    signers,
    sm2,
    verify,
)
from pilotzone.exchange.signing.sm2_keys import Sm2Private
from pilotzone.exchange.signing.tests.messages import as_printed, canonical


@dataclass
class CardControl:
    """The local control with a card in it: counts wrong PINs and locks the card at three."""

    signer: PemSigner
    pin: str = "88888888"
    wrong: int = 0
    asked: list[str] = field(default_factory=list)

    def __call__(self, text: str) -> str:
        call = json.loads(text)
        method, arguments = call["_method"], call["args"]
        self.asked.append(method)
        if method == control.CERTIFICATE:
            return self.answer(call, [certificates.to_pem(self.signer.certificate).decode()])
        if self.wrong >= 3:
            return self.answer(call, error="卡已锁死")
        if arguments["passwd"] != self.pin:
            self.wrong += 1
            return self.answer(call, error="PIN 错误")
        value, serial = sign_text(arguments["inData"].encode(), self.signer)
        return self.answer(call, [value, serial])

    @staticmethod
    def answer(call: dict[str, object], data: list[str] | None = None, error: str = "") -> str:
        told = {"Result": data is not None, "Data": data or [], "Error": [error] if error else []}
        return json.dumps({"_id": call["_id"], "_method": call["_method"], "_status": "00", "_args": told})


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "rsa-sha256", "sm2-sm3"])
def test_a_card_signs_through_its_control(algorithm: str, signer_of: Callable[[str], PemSigner], at: datetime) -> None:
    card = CardControl(signer_of(algorithm))
    signed = sign(as_printed(), UkeySigner(card, card.pin))
    assert verify(signed, at=at).algorithm == algorithm
    assert card.asked == [control.CERTIFICATE, control.SIGN]


def test_payment_raw_data_are_signed_as_text(rsa: PemSigner, sm2: PemSigner) -> None:
    for signer, digest_name in ((rsa, "sha256"), (sm2, "sm3")):
        value, serial = sign_text(b'"sessionID":"x"', signer)
        assert serial == signer.certificate.serial
        assert signer.certificate.holds(digest_name, base64.b64decode(value), b'"sessionID":"x"')


def test_a_chain_may_pass_through_another_authority(at: datetime, authority: DemoAuthority) -> None:
    root, middle, leaf = authority.root("sm2"), issuance.new_key("sm2"), issuance.new_key("sm2")
    _, root_signs = signers.signing_key((authority.folder / "authority/sm2/key.pem").read_bytes(), None, "sm3")
    _, middle_signs = signers.signing_key(middle.private_pem, None, "sm3")
    name, mine = issuance.name("中级", "CA2"), issuance.name("丁", "3601960A04")
    made = [
        certificates.from_der(
            issuance.certificate(info, subject=subject, issuer=issuer, sign=sign_with, kind="sm2", at=at, authority=ca)
        )
        for info, subject, issuer, sign_with, ca in (
            (middle.public_info, name, certificates.subject_der(root), root_signs, True),
            (leaf.public_info, mine, name, middle_signs, False),
        )
    ]
    between, end = made
    assert Authorities((root,), between=(between,))(end, at) == ""
    assert Authorities((root,))(end, at) == "untrusted"
    assert Authorities((), between=(between,))(end, at) == "untrusted"
    revoked = {(root.sha256, between.serial)}
    assert Authorities((root,), between=(between,), revoked=revoked)(end, at) == "revoked"
    assert Authorities((root,), between=(between,))(end, at + timedelta(days=4000)) == "untrusted"


def test_a_wrong_pin_is_tried_once(rsa: PemSigner) -> None:
    card = CardControl(rsa)
    with pytest.raises(Refused, match="signature.control") as refused:
        sign(canonical(), UkeySigner(card, "0"))
    assert "PIN 错误" in refused.value.zh
    assert card.wrong == 1


@pytest.mark.parametrize("answer", ["", "[]", '{"_id":2,"_args":{"Result":true,"Data":["x"]}}', '{"_id":1}', "\ud800"])
def test_an_odd_answer_of_the_control_is_refused(answer: str) -> None:
    with pytest.raises(Refused, match="signature.control"):
        control.read_answer(answer)


@dataclass
class LoopbackDevice:
    """A crypto device whose keys are in this process; SM2 signatures come as r‖s, as such devices answer."""

    keys: dict[str, PemSigner]

    def certificate(self, label: str) -> bytes:
        return self.keys[label].certificate.encoded

    def sign(self, label: str, algorithm: str, data: bytes) -> bytes:
        signature = self.keys[label].sign(data)
        if algorithm != "sm2-sm3":
            return signature
        return b"".join(value.content[-32:].rjust(32, b"\x00") for value in der.children(signature))


def test_a_device_signs_by_label(rsa: PemSigner, sm2: PemSigner, at: datetime) -> None:
    device = LoopbackDevice({"a": rsa, "b": sm2})
    for label, signer in device.keys.items():
        verdict = verify(sign(as_printed(), DeviceSigner(device, label)), at=at)
        assert (verdict.ok, verdict.serial) == (True, signer.certificate.serial)


def test_a_key_that_is_not_the_certificates_is_refused(authority: DemoAuthority, rsa: PemSigner, at: datetime) -> None:
    for kind in ("rsa", "sm2"):
        mine = authority.issue("3601960A01", "甲", kind, at=at)
        other = issuance.new_key(kind).private_pem
        with pytest.raises(Refused, match="signature.pair"):
            PemSigner(other, mine.certificate.read_bytes())
    with pytest.raises(Refused, match="signature.key"):
        PemSigner(issuance.new_key("sm2").private_pem, certificates.to_pem(rsa.certificate))


@pytest.mark.parametrize("text", [b"", b"x", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_broken_key_file_is_refused(text: bytes, rsa: PemSigner) -> None:
    with pytest.raises(Refused, match="signature.private_key"):
        PemSigner(text, certificates.to_pem(rsa.certificate))


@pytest.mark.parametrize("text", [b"", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"])
def test_a_broken_certificate_is_refused(text: bytes) -> None:
    with pytest.raises(Refused, match="signature.(certificate|base64)"):
        from_pem(text)


def test_demonstration_certificates_say_what_they_are(rsa: PemSigner, sm2: PemSigner) -> None:
    for signer in (rsa, sm2):
        held = signer.certificate
        assert "SYNTHETIC DEMO" in held.subject and "SYNTHETIC DEMO" in held.issuer
        assert (held.common_name, held.enterprise, held.authority) == ("南昌演示贸易公司", "3601960A01", False)
        assert held.names(held.serial.upper()) and held.names("0x00" + held.serial)
        assert not held.names("") and not held.names(held.serial[:-1])


def test_issuing_again_gives_the_same_pair_until_it_expires(tmp_path: Path, at: datetime) -> None:
    first = DemoAuthority(tmp_path, at=at).issue("3601960A02", "乙", "sm2", at=at)
    before = first.key.read_bytes(), first.certificate.read_bytes()
    again = DemoAuthority(tmp_path, at=at).issue("3601960A02", "乙", "sm2", at=at)
    assert (again.key.read_bytes(), again.certificate.read_bytes()) == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*.pem")} == {0o600}
    later = at + timedelta(days=3651)
    renewed = DemoAuthority(tmp_path, at=later).issue("3601960A02", "乙", "sm2", at=later)
    assert renewed.certificate.read_bytes() != before[1]


@pytest.mark.parametrize("code", ["", "..", "../x", "authority", "a/b", "x" * 65, "企业"])
def test_a_code_that_is_no_folder_name_is_refused(code: str, authority: DemoAuthority, at: datetime) -> None:
    with pytest.raises(Refused, match="signature.issue"):
        authority.issue(code, "x", "sm2", at=at)


def test_revocation_and_foreign_authorities_stop_trust(tmp_path: Path, at: datetime) -> None:
    authority, foreign = (DemoAuthority(tmp_path / name, at=at) for name in ("a", "b"))
    for kind in ("rsa", "sm2"):
        pair = authority.issue("3601960A03", "丙", kind, at=at)
        signed = sign(canonical(), pair.signer())
        assert verify(signed, at=at, trust=authority.trust()).trusted
        assert verify(signed, at=at, trust=foreign.trust()).code == "signature.untrusted"
        authority.revoke(pair.signer().certificate, at=at)
        assert verify(signed, at=at, trust=authority.trust()).code == "signature.revoked"
        listed = (tmp_path / "a" / "authority" / kind / "revoked.json").read_bytes()
        assert read_revocations(listed, authority.root(kind)) == (pair.signer().certificate.serial,)
        for broken in (listed.replace(b'"serials":["', b'"serials":["00'), b"", b"{}"):
            with pytest.raises(Refused, match="signature.revocations"):
                read_revocations(broken, authority.root(kind))


def test_an_enterprise_certificate_cannot_issue_others(rsa: PemSigner, at: datetime) -> None:
    made = issuance.new_key("sm2")
    encoded = issuance.certificate(
        made.public_info,
        subject=issuance.name("冒名", "3601960A99"),
        issuer=certificates.subject_der(rsa.certificate),
        sign=rsa.sign,
        kind="rsa",
        at=at,
    )
    assert not certificates.from_der(encoded).issued_by(rsa.certificate)


def test_without_any_library_the_reason_is_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libcrypto, "NAMES", ("libnothing.so.0",))
    assert libcrypto.load(libcrypto.NAMES) is None
    monkeypatch.setattr(libcrypto, "load", lambda: None)
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    with pytest.raises(Unavailable, match="signature.sm2_unavailable"):
        sm2.engine.__wrapped__()


def test_the_wheel_serves_where_libcrypto_does_not() -> None:
    """The same keys and signatures through both engines, where the optional wheel is installed."""
    gmssl = sm2.Gmssl(pytest.importorskip("gmssl_pyx"))
    system = sm2.engine()
    for one, other in ((gmssl, system), (system, gmssl)):
        key: Sm2Private = one.generate()
        signature = one.signer(key)(b"data")
        assert other.verifier(key.point)(signature, b"data")
        assert not other.verifier(key.point)(signature, b"datA")
        assert not other.verifier(key.point)(b"\x30\x00", b"data")


def test_threads_may_share_a_key(sm2: PemSigner) -> None:
    def round_trip(number: int) -> bool:
        data = str(number).encode()
        return sm2.certificate.holds("sm3", sm2.sign(data), data)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(round_trip, range(200)))
