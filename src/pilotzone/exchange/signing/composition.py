"""Put a Signature into a message, in two steps: what has to be signed, and the signed message.

The step between may happen anywhere: in this process, in a crypto device, or in the firm's browser, where
the card signs. The platform never needs the key.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field

from lxml import etree

from pilotzone.exchange.signing import document, element
from pilotzone.exchange.signing.algorithms import SUITES, Suite
from pilotzone.exchange.signing.certificates import Certificate
from pilotzone.exchange.signing.refusals import refusal
from pilotzone.exchange.signing.sm2_keys import signature_der

_ROOT_END = re.compile(rb"</[^<>]*>\s*\Z")
_MARK = "pilotzone-signature-here"
_MARKED = re.compile(rb"<\?" + _MARK.encode() + rb" ?\?>")


@dataclass(frozen=True)
class ToSign:
    """`signed_info` are the bytes to sign with `suite`; preparing the same message gives the same bytes."""

    suite: Suite
    signed_info: bytes
    digest: str
    inside: str = field(repr=False)
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)


def prepare(xml: bytes, algorithm: str = "rsa-sha256") -> ToSign:
    """What must be signed so that `xml` carries a signature by `algorithm` (a name of `SUITES`)."""
    suite = SUITES[algorithm]
    tree = document.read(xml)
    if next(tree.getroot().iter(document.SIGNATURE), None) is not None:
        raise refusal("already")
    if tree.xpath("boolean(//comment())"):
        raise refusal("comment")
    digest = base64.b64encode(suite.digest(document.canonical(tree))).decode()
    inside = element.signed_info_inside(suite, digest)
    before, after = _frame(xml, tree)
    # The bytes to sign depend on the name spaces in scope: read them off the message as it will be sent.
    draft = before + element.written(inside, value="", key_name="", certificate="") + after
    signed_info = document.signature_of(document.read(draft))[0]
    return ToSign(suite, document.canonical_part(signed_info), digest, inside, before, after)


def finish(to_sign: ToSign, signature: bytes, certificate: Certificate) -> bytes:
    """The signed message; Refused `signature.value` when `certificate` does not confirm `signature`."""
    suite = to_sign.suite
    if certificate.key_kind != suite.key_kind or certificate.key_bits < suite.least_bits:
        raise refusal("key", f"{suite.name}, {certificate.key_kind} {certificate.key_bits}")
    value = signature_der(signature) if suite.key_kind == "sm2" else signature
    if not certificate.holds(suite.digest_name, value, to_sign.signed_info):
        raise refusal("value")
    written = element.written(
        to_sign.inside,
        value=base64.b64encode(value).decode(),
        key_name=certificate.serial,
        certificate=base64.b64encode(certificate.encoded).decode(),
    )
    return to_sign.before + written + to_sign.after


def _frame(xml: bytes, tree: document.Tree) -> tuple[bytes, bytes]:
    """The bytes before and after the Signature's place, which add up to the message.

    No byte changes, except where an ExtendMessage must follow: then the message is written anew.
    """
    root = tree.getroot()
    if document.is_extended_export(root):
        extension = next(root.iterchildren(tag=etree.Element, reversed=True))
        extension.addprevious(etree.ProcessingInstruction(_MARK))
        pieces = _MARKED.split(etree.tostring(tree, encoding="UTF-8", xml_declaration=True))
        if len(pieces) == 2:
            return pieces[0], pieces[1]
    end = _ROOT_END.search(xml)
    if end is None:
        raise refusal("layout")
    return xml[: end.start()], xml[end.start() :]
