"""Verify the signature of a message: one verdict, and the first reason when it is refused."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import certificates, document, element, raw
from pilotzone.exchange.signing.algorithms import SUITES, Suite
from pilotzone.exchange.signing.certificates import Certificate
from pilotzone.exchange.signing.refusals import refusal
from pilotzone.exchange.signing.trust import Trust


@dataclass(frozen=True)
class Verdict:
    """What a signature proved.

    `ok` is integrity, certificate dates and, where a trust was asked (`trusted`), the sender. A refusal
    carries `code` (`signature.…`), both sentences and its source, and what was known of the signer by then.
    `way` tells the path taken: `raw` (bytes were canonical) or `canonical`.
    """

    ok: bool
    code: str = ""
    zh: str = ""
    en: str = ""
    source: str = ""
    algorithm: str = ""
    serial: str = ""
    subject: str = ""
    enterprise: str = ""
    certificate_sha256: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    trusted: bool = False
    way: str = ""


class _Claim(NamedTuple):
    """A signature brought to one shape, whichever path read it."""

    suite: Suite
    digest_holds: bool
    digest: str
    value: bytes
    key_name: str
    certificate: Certificate
    signed_info: bytes
    way: str


def verify(
    xml: bytes,
    *,
    at: datetime,
    trust: Trust | None = None,
    edition: str | None = None,
    sha1: bool = True,
    largest: int = document.LARGEST,
    canonical: bool = False,
) -> Verdict:
    """Judge the signature of `xml` at the wall time `at` (aware). Never raises on hostile bytes.

    `edition` limits the algorithms to those it prints; `sha1=False` refuses SHA-1 in every edition. The raw
    path does not ask whether tags match: a message is parsed before anything else is believed of it.
    `canonical=parsed.canonical` of these same bytes spares looking again at what the parser has seen.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of a verification must carry its time zone")
    verdict = _NOBODY
    try:
        claim = _claim(xml, largest, canonical)
        verdict = _signer(claim)
        _judge(claim, at, trust, edition, sha1)
    except Refused as told:
        return replace(verdict, ok=False, code=told.code, zh=told.zh, en=told.en, source=told.source)
    return verdict if trust is None else replace(verdict, trusted=True)


def _claim(xml: bytes, largest: int, canonical: bool) -> _Claim:
    if len(xml) > largest:
        raise refusal("size")
    quick = raw.read(xml, canonical=canonical)
    if quick is not None and _same(quick.suite, quick.digest, quick.before, quick.behind):
        return _Claim(
            quick.suite,
            True,
            quick.digest,
            quick.value,
            quick.key_name,
            certificates.from_base64(quick.certificate),
            quick.signed_info,
            "raw",
        )
    tree = document.read(xml, largest=largest)
    signature = document.signature_of(tree)
    parts = element.read(signature)
    signed_info = document.canonical_part(parts.signed_info)
    document.detach(signature)
    return _Claim(
        parts.suite,
        _same(parts.suite, parts.digest, document.canonical(tree)),
        "".join(parts.digest.split()),
        certificates.decoded(parts.value.encode(), "SignatureValue"),
        parts.key_name,
        certificates.from_base64(parts.certificate.encode()),
        signed_info,
        "canonical",
    )


def _judge(claim: _Claim, at: datetime, trust: Trust | None, edition: str | None, sha1: bool) -> None:
    suite, certificate = claim.suite, claim.certificate
    if edition is not None and edition not in suite.editions:
        printed = ", ".join(one.name for one in SUITES.values() if edition in one.editions)
        raise refusal("algorithm", f"{suite.name} ({edition}: {printed})")
    if suite.digest_name == "sha1" and not sha1:
        raise refusal("algorithm", suite.name)
    if certificate.key_kind != suite.key_kind or certificate.key_bits < suite.least_bits:
        raise refusal("key", f"{suite.name}, {certificate.key_kind} {certificate.key_bits}")
    if not claim.digest_holds:
        raise refusal("digest")
    if not certificate.holds(suite.digest_name, claim.value, claim.signed_info):
        # A mistake seen in the wild (spec §5): the digest's text was signed instead of SignedInfo.
        over_digest = certificate.holds(suite.digest_name, claim.value, claim.digest.encode())
        raise refusal("value_over_digest" if over_digest else "value")
    if not certificate.names(claim.key_name):
        raise refusal("key_name", claim.key_name[:64])
    if at < certificate.not_before:
        raise refusal("not_yet_valid")
    if at > certificate.not_after:
        raise refusal("expired")
    if trust is not None and (reason := trust(certificate, at)):
        raise refusal(reason)


def _same(suite: Suite, stated: str, *form: bytes | memoryview) -> bool:
    """Whether `stated` (Base64) is the digest of the pieces of `form`."""
    try:
        wanted = base64.b64decode("".join(stated.split()), validate=True)
    except (binascii.Error, ValueError):
        raise refusal("base64", "DigestValue") from None
    return hmac.compare_digest(wanted, suite.digest(*form))


_NOBODY = Verdict(ok=True)  # nothing is known of the signer yet
_signers: dict[tuple[str, str, str], Verdict] = {}
_MOST_SIGNERS = 4096


def _signer(claim: _Claim) -> Verdict:
    """A verdict that says who signed, and nothing yet against it; the same object for the same certificate."""
    certificate = claim.certificate
    key = (certificate.sha256, claim.suite.name, claim.way)
    known = _signers.get(key)
    if known is not None:
        return known
    if len(_signers) >= _MOST_SIGNERS:
        _signers.clear()
    made = _signers[key] = Verdict(
        ok=True,
        algorithm=claim.suite.name,
        serial=certificate.serial,
        subject=certificate.subject,
        enterprise=certificate.enterprise,
        certificate_sha256=certificate.sha256,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
        way=claim.way,
    )
    return made
