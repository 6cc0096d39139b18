"""A firm's key in a file signs its customs messages: one enveloped XML signature, RSA with SHA-256 or SM2 with SM3 (GB/T 32918, 35275).

Keys on a card or in a crypto device are not for this module: `Client.send` takes what was signed anywhere.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from pilotzone_client import sm2
from pilotzone_client.canonical import Document, declarations
from pilotzone_client.sm2 import Sm2

DS = "http://www.w3.org/2000/09/xmldsig#"
IMPORT = ("311", "411", "511", "513", "621", "623", "625", "711")
LEAST_BITS = 2048
_PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
_RSA = ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256")
_SM2 = (f"{_PORT}sm2-sm3", f"{_PORT}sm3")


@dataclass(frozen=True)
class Key:
    """A private key, RSA or SM2, and its certificate."""

    private: rsa.RSAPrivateKey | Sm2
    certificate: x509.Certificate

    @classmethod
    def from_pem(cls, key: bytes, certificate: bytes, *, password: bytes | None = None) -> Key:
        """Both as PEM; an SM2 key is given without a password. ValueError where they are no pair, neither SM2 nor RSA of 2048 bits, where the
        key cannot be opened; for SM2 without the extra `sm2`."""
        found = x509.load_pem_x509_certificate(certificate)
        chinese = sm2.read(key)
        if chinese is not None:
            if not sm2.is_of(chinese.point, found.tbs_certificate_bytes):
                raise ValueError("the certificate is not this key's")
            return cls(chinese, found)
        try:
            private = load_pem_private_key(key, password)
        except (TypeError, UnsupportedAlgorithm) as closed:
            raise ValueError(f"the key cannot be opened ({closed}); an SM2 key is given without a password") from None
        if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < LEAST_BITS:
            raise ValueError(f"the key is neither SM2 nor RSA of {LEAST_BITS} bits or more")
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
    inside = _inside(read.form, key)
    around = declarations(read.spaces | {"ds": DS}) + read.inherited
    info = f"<ds:SignedInfo{around}>{inside}</ds:SignedInfo>".encode()
    written = (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{inside}</ds:SignedInfo><ds:SignatureValue>'
        f"{_text(_value(info, key))}</ds:SignatureValue><ds:KeyInfo><ds:KeyName>"
        f"{key.certificate.serial_number:x}</ds:KeyName><ds:X509Data><ds:X509Certificate>"
        f"{_text(key.certificate.public_bytes(Encoding.DER))}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    place = _place(read)
    return message[:place] + written.encode() + message[place:]


def _inside(form: bytes, key: Key) -> str:
    """The content of SignedInfo over a message's canonical form."""
    chinese = isinstance(key.private, Sm2)
    digest = hashes.Hash(hashes.SM3() if chinese else hashes.SHA256())
    digest.update(form)
    method, digest_method = _SM2 if chinese else _RSA
    return (
        '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>'
        f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest_method}"></ds:DigestMethod><ds:DigestValue>{_text(digest.finalize())}</ds:DigestValue></ds:Reference>'
    )


def _value(info: bytes, key: Key) -> bytes:
    if isinstance(key.private, Sm2):
        return key.private.sign(info)
    return key.private.sign(info, padding.PKCS1v15(), hashes.SHA256())


def _place(read: Document) -> int:
    """Before the end of the root; in an export message before its ExtendMessage, which comes last."""
    name = re.fullmatch(r"(?:.*:)?CEB(\d+)Message", read.root)
    extended = name and name[1] not in IMPORT and read.child.rpartition(":")[2] == "ExtendMessage"
    return read.child_at if extended else read.end


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
