"""The bench's synthetic enterprises: more than five hundred, beside those of the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pilotzone.exchange.signing import Certificate, PemSigner, Signer, from_pem
from pilotzone.portal.demo.firms import AREA, CARRIER, DECLARANT, PAYMENT, PLATFORM, SELLER, UNITS, Firm

WORDS = {
    PLATFORM: "压测商城", SELLER: "压测店铺", PAYMENT: "压测支付", CARRIER: "压测速运", DECLARANT: "压测报关", AREA: "压测仓",
}  # fmt: skip
# how many of each, and the first number of their block
COUNTS = {
    PLATFORM: (40, 10_000), PAYMENT: (30, 11_000), CARRIER: (50, 12_000), DECLARANT: (120, 13_000), AREA: (4, 14_000),
    SELLER: (400, 20_000),
}  # fmt: skip
SENDING = (PLATFORM, PAYMENT, CARRIER, DECLARANT)


@cache
def of_role(role: str) -> tuple[Firm, ...]:
    """The enterprises of a role."""
    count, first = COUNTS[role]
    return tuple(
        Firm(
            first + n, role, f"（合成）{WORDS[role]}{n:03d}", f"Bench {role} {n:03d} (synthetic)", UNITS[n % len(UNITS)]
        )
        for n in range(count)
    )


@cache
def everyone() -> tuple[Firm, ...]:
    """All of them."""
    return tuple(firm for role in COUNTS for firm in of_role(role))


def some(role: str, trades: int) -> tuple[Firm, ...]:
    """Those of a role that take part in a load of so many trades: all of them where it is large."""
    return of_role(role)[: max(2, trades // 200)]


def senders(trades: int) -> tuple[Firm, ...]:
    """Those that send messages in a load of so many trades, each with a key of its own."""
    return tuple(firm for role in SENDING for firm in some(role, trades))


def token_of(firm: Firm) -> str:
    """The access token of a sender, known to the load because it belongs to a zone that lives for minutes."""
    return f"bench-{firm.customs_code}"


@dataclass(frozen=True)
class Key:
    """A signer (`exchange.signing.Signer`) whose own key is not proved each time it is loaded."""

    certificate: Certificate
    algorithm: str
    sign: Callable[[bytes], bytes]


def signer_of(keys: Path, firm: Firm, kind: str) -> Signer:
    """The signer whose files lie below `keys`, made there by the demonstration authority."""
    folder = keys / firm.customs_code / kind
    key, certificate = (folder / "key.pem").read_bytes(), (folder / "cert.pem").read_bytes()
    if kind == "sm2":
        return PemSigner(key, certificate)
    secret = load_pem_private_key(key, None, unsafe_skip_rsa_key_validation=True)  # it costs as much as 50 signatures
    assert isinstance(secret, rsa.RSAPrivateKey)
    scheme, digest, raw = padding.PKCS1v15(), hashes.SHA256(), secret.sign
    return Key(from_pem(certificate), "rsa-sha256", lambda data: raw(data, scheme, digest))


def missing(keys: Path, kind: str, trades: int) -> list[Firm]:
    """The senders that have no key yet."""
    return [firm for firm in senders(trades) if not (keys / firm.customs_code / kind / "cert.pem").exists()]
