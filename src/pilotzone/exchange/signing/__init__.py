"""XML signatures of customs messages: RSA and SM2, sign, verify, digest; keys stay with their owners.

sign(xml, signer)                        one enveloped signature, at its place
prepare(xml, algorithm) → finish(...)    the same in two steps, for keys that are elsewhere
verify(xml, at=…, trust=…)               one `Verdict`, codes `signature.…`
digests(xml)                             Base64 digests of the canonical form without Signature
"""

from pilotzone.exchange.signing.algorithms import SUITES
from pilotzone.exchange.signing.authority import DemoAuthority, read_revocations
from pilotzone.exchange.signing.certificates import Certificate, from_der, from_pem
from pilotzone.exchange.signing.composition import ToSign, finish, prepare
from pilotzone.exchange.signing.document import digests
from pilotzone.exchange.signing.signers import (
    CryptoDevice,
    DeviceSigner,
    PemSigner,
    Signer,
    UkeySigner,
    algorithm_for,
    natural_algorithm,
    sign,
    sign_text,
)
from pilotzone.exchange.signing.trust import Authorities, KnownSenders, Trust
from pilotzone.exchange.signing.verification import Verdict, verify

__all__ = [
    "SUITES",
    "Authorities",
    "Certificate",
    "CryptoDevice",
    "DemoAuthority",
    "DeviceSigner",
    "KnownSenders",
    "PemSigner",
    "Signer",
    "ToSign",
    "Trust",
    "UkeySigner",
    "Verdict",
    "algorithm_for",
    "digests",
    "finish",
    "from_der",
    "from_pem",
    "natural_algorithm",
    "prepare",
    "read_revocations",
    "sign",
    "sign_text",
    "verify",
]
