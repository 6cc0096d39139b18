"""The package signs with an SM2 key: every form the platform takes, and none that is not its certificate's."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pilotzone.exchange import signing
from pilotzone.exchange.signing import DemoAuthority, der, sm2, sm2_keys
from pilotzone.exchange.signing.sm2_keys import Sm2Private
from pilotzone.exchange.signing.tests.messages import SHAPES
from pilotzone_client import Key, sign
from pilotzone_client import sm2 as client_sm2

# the base point of the curve (GB/T 32918.5): the point of the number one
BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


class Wheel:
    """The optional wheel's one function, by the platform's own engine where the wheel is not installed."""

    @staticmethod
    def sm2_sign(number: bytes, point: bytes, data: bytes) -> bytes:
        return sm2.engine().signer(Sm2Private(number, point))(data)


@pytest.fixture(params=["wheel", "platform"])
def sm2_pair(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes]:
    """An SM2 key and its certificate as PEM; signed by the wheel, where it is there, and by the platform's engine in its place."""
    if request.param == "wheel":
        pytest.importorskip(
            "gmssl_pyx", reason="the wheel of the extra sm2 is not installed: pip install './clients/python[sm2]'"
        )
    else:
        monkeypatch.setitem(sys.modules, "gmssl_pyx", cast(Any, Wheel))
    now = datetime.now(UTC)
    pair = DemoAuthority(tmp_path, at=now).issue("firm", "合成企业", "sm2", at=now)
    return pair.key.read_bytes(), pair.certificate.read_bytes()


@pytest.mark.parametrize("raw", SHAPES.values())
def test_what_it_signs_by_sm2_the_platform_verifies(raw: bytes, sm2_pair: tuple[bytes, bytes]) -> None:
    signed = sign(raw, Key.from_pem(*sm2_pair))
    told = signing.verify(signed, at=datetime.now(UTC))
    assert told.ok and b"xmldsig#sm2-sm3" in signed and b"xmldsig#sm3" in signed
    place = signed.index(b"</ds:DigestValue>") - 3
    broken = signed[:place] + (b"A" if signed[place : place + 1] != b"A" else b"B") + signed[place + 1 :]
    assert not signing.verify(broken, at=datetime.now(UTC)).ok


def test_an_sm2_key_needs_its_certificate_and_the_wheel(
    sm2_pair: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    other = DemoAuthority(tmp_path, at=now).issue("other", "另一家", "sm2", at=now)
    with pytest.raises(ValueError, match="not this key's"):
        Key.from_pem(sm2_pair[0], other.certificate.read_bytes())
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    with pytest.raises(ValueError, match=re.escape("./clients/python[sm2]")):
        Key.from_pem(*sm2_pair)


def test_an_sm2_key_is_read_in_every_form_the_platform_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number may be short, and a key of its own label names no curve."""
    monkeypatch.setitem(sys.modules, "gmssl_pyx", cast(Any, Wheel))
    point = b"".join(one.to_bytes(32, "big") for one in BASE)
    bits = der.wrap(0xA1, der.bits(b"\x04" + point))
    short = der.sequence(der.integer(1), der.wrap(der.OCTET_STRING, b"\x01"), bits)
    whole = der.sequence(der.integer(0), sm2_keys.ALGORITHM, der.wrap(der.OCTET_STRING, short))
    for label, body in (("PRIVATE KEY", whole), ("SM2 PRIVATE KEY", short)):
        text = sm2_keys.pem(label, body)
        found, platform = client_sm2.read(text), sm2_keys.private_of(text)
        assert found is not None and platform is not None and found.point == platform.point == point
    for name in ("06082a811ccf5501822d", "06092a811ccf5501822d01"):
        assert client_sm2.is_of(point, bytes.fromhex(name) + der.bits(b"\x04" + point))
    assert not client_sm2.is_of(point[::-1], bytes.fromhex(name) + der.bits(b"\x04" + point))


def test_an_sm2_key_with_anothers_point_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gmssl_pyx", cast(Any, Wheel))
    point = b"".join(one.to_bytes(32, "big") for one in BASE)
    for number, says in ((b"\x02" * 32, "of another"), (b"\x02" * 33, "does not carry")):
        with pytest.raises(ValueError, match=says):
            client_sm2.read(sm2_keys.private_pem(Sm2Private(number, point)))
    with pytest.raises(ValueError, match="no DER"):
        client_sm2.read(sm2_keys.pem("SM2 PRIVATE KEY", b"\x30\x20\x01"))


def test_a_key_under_a_password_says_so(sm2_pair: tuple[bytes, bytes]) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    closed = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    with pytest.raises(ValueError, match="without a password"):
        Key.from_pem(closed, sm2_pair[1])
