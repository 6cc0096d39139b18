"""Makes synthetic messages for the tests: legal ones, and a signature block that is only structure."""

from __future__ import annotations

from datetime import date

from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import editions_of, message, message_names
from pilotzone.exchange.formats.example import example_document, example_transfer

GUID = "7C3A0F52-4B1E-4D86-9F27-0A5B6C7D8E9F"
DAYS = {"2018": date(2020, 5, 10), "2022": date(2022, 6, 1)}
EVERY = [(name, edition) for name in message_names() for edition in editions_of(name)]

SIGNATURE = (
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    b'<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
    b'<ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/><ds:Reference URI=""><ds:Transforms>'
    b'<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms>'
    b'<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><ds:DigestValue>AAAA</ds:DigestValue>'
    b"</ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue>"
    b"<ds:KeyInfo><ds:KeyName>0001</ds:KeyName></ds:KeyInfo></ds:Signature>"
)


def made(name: str, edition: str = "2018", documents=None, *, sign: bool = True, **options) -> bytes:
    """A message of example documents (or the given ones), with the structural signature where the envelope has one."""
    told = message(name, edition)
    raw = build(
        name,
        [example_document(told, lines=2)] if documents is None else documents,
        edition=edition,
        guid=GUID,
        transfer=example_transfer(told) if told.envelope else None,
        **options,
    )
    return signed(raw) if sign and told.envelope else raw


def signed(raw: bytes) -> bytes:
    """The signature as last child of the root."""
    end = raw.rindex(b"</")
    return raw[:end] + SIGNATURE + raw[end:]


def codes(parsed) -> list[str]:
    return [finding.code for finding in parsed.findings]
