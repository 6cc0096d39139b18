"""One demonstration authority and its keys for all tests of a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pilotzone.exchange.signing import DemoAuthority, PemSigner, certificates, issuance, sign, signers
from pilotzone.exchange.signing.tests.messages import canonical

AT = datetime(2021, 6, 1, 4, 0, tzinfo=UTC)
CODE = "3601960A01"


@pytest.fixture(scope="session")
def at() -> datetime:
    return AT


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return DemoAuthority(tmp_path_factory.mktemp("keys"), at=AT)


@pytest.fixture(scope="session")
def rsa(authority: DemoAuthority) -> PemSigner:
    return authority.issue(CODE, "南昌演示贸易公司", "rsa", at=AT).signer()


@pytest.fixture(scope="session")
def sm2(authority: DemoAuthority) -> PemSigner:
    return authority.issue(CODE, "南昌演示贸易公司", "sm2", at=AT).signer()


@pytest.fixture(scope="session")
def old_rsa_key() -> issuance.MadeKey:
    """A 1024-bit key, as the cards of 2018 held."""
    return issuance.new_key("rsa", bits=1024)


@pytest.fixture(scope="session")
def old_rsa(old_rsa_key: issuance.MadeKey) -> PemSigner:
    pem, info = old_rsa_key
    name = issuance.name("旧卡演示公司", CODE)
    _, sign_with = signers.signing_key(pem, None, "sha256")
    encoded = issuance.certificate(info, subject=name, issuer=name, sign=sign_with, kind="rsa", at=AT)
    return PemSigner(pem, certificates.to_pem(certificates.from_der(encoded)))


@pytest.fixture(scope="session")
def key_of(authority: DemoAuthority, old_rsa_key: issuance.MadeKey, rsa: PemSigner) -> Callable[[str], bytes]:
    """The private key behind an RSA algorithm, for other tools."""
    young = (authority.folder / CODE / "rsa" / "key.pem").read_bytes()
    return lambda algorithm: {"rsa-sha1": old_rsa_key.private_pem, "rsa-sha256": young}[algorithm]


@pytest.fixture(scope="session")
def signer_of(rsa: PemSigner, sm2: PemSigner, old_rsa: PemSigner) -> Callable[[str], PemSigner]:
    made = {signer.algorithm: signer for signer in (rsa, sm2, old_rsa)}
    return lambda algorithm: made[algorithm]


@pytest.fixture(scope="session")
def rsa_signed(rsa: PemSigner) -> bytes:
    return sign(canonical(), rsa)
