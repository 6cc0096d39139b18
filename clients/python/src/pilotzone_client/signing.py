"""A firm's key in a file signs its customs messages: one enveloped XML signature by RSA with SHA-256.

Keys on a card or in a crypto device, and SM2, are not for this module: `Client.send` takes what was signed anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from pilotzone_client.canonical import Document, declarations

DS = "http://www.w3.org/2000/09/xmldsig#"
IMPORT = ("311", "411", "511", "513", "621", "623", "625", "711")
LEAST_BITS = 2048
_INSIDE = (
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod>'
    f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>'
)


@dataclass(frozen=True)
class Key:
    """A private RSA key and its certificate."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def from_pem(cls, key: bytes, certificate: bytes, *, password: bytes | None = None) -> Key:
        """Both as PEM. ValueError where they are no pair, no RSA or under 2048 bits."""
        private, found = load_pem_private_key(key, password), x509.load_pem_x509_certificate(certificate)
        if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < LEAST_BITS:
            raise ValueError(f"the key is not RSA of {LEAST_BITS} bits or more")
        if private.public_key() != found.public_key():
            raise ValueError("the certificate is not this key's")
        return cls(private, found)


def sign(message: bytes, key: Key) -> bytes:
    """The message with its Signature at its place, no other byte changed. ValueError where it is signed, empty, or no XML."""
    read = Document(message)
    if "Signature" in read.names:
        raise ValueError("the message is signed already")
    if not message.startswith(b"</", read.end):
        raise ValueError("the message is empty: its root has no end tag")
    inside = f"{_INSIDE}{_text(hashlib.sha256(read.form).digest())}</ds:DigestValue></ds:Reference>"
    around = declarations(read.spaces | {"ds": DS}) + read.inherited
    info = f"<ds:SignedInfo{around}>{inside}</ds:SignedInfo>".encode()
    written = (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{inside}</ds:SignedInfo><ds:SignatureValue>'
        f"{_text(key.private.sign(info, padding.PKCS1v15(), hashes.SHA256()))}</ds:SignatureValue><ds:KeyInfo><ds:KeyName>"
        f"{key.certificate.serial_number:x}</ds:KeyName><ds:X509Data><ds:X509Certificate>"
        f"{_text(key.certificate.public_bytes(Encoding.DER))}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    place = _place(read)
    return message[:place] + written.encode() + message[place:]


def _place(read: Document) -> int:
    """Before the end of the root; in an export message before its ExtendMessage, which comes last."""
    name = re.fullmatch(r"(?:.*:)?CEB(\d+)Message", read.root)
    extended = name and name[1] not in IMPORT and read.child.rpartition(":")[2] == "ExtendMessage"
    return read.child_at if extended else read.end


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
