"""The ds:Signature element: read strictly, written in one fixed form.

The written form is already canonical: signed bytes and sent bytes are the same; no white space is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from pilotzone.exchange.signing.algorithms import BY_URI, C14N, DS, ENVELOPED, Suite
from pilotzone.exchange.signing.document import Element
from pilotzone.exchange.signing.refusals import refusal

_INSIDE = (
    f'<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="{signature_uri}"></ds:SignatureMethod>'
    '<ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    "</ds:Transforms>"
    '<ds:DigestMethod Algorithm="{digest_uri}"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
)


@dataclass(frozen=True)
class Parts:
    """What a Signature says, texts as they stand in it."""

    suite: Suite
    digest: str
    value: str
    key_name: str
    certificate: str
    signed_info: Element


def signed_info_inside(suite: Suite, digest: str) -> str:
    """The content of SignedInfo, without its own tags."""
    return _INSIDE.format(signature_uri=suite.signature_uri, digest_uri=suite.digest_uri, digest=digest)


def written(inside: str, *, value: str, key_name: str, certificate: str) -> bytes:
    """The whole element as bytes."""
    return (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>{inside}</ds:SignedInfo>'
        f"<ds:SignatureValue>{value}</ds:SignatureValue>"
        f"<ds:KeyInfo><ds:KeyName>{escape(key_name)}</ds:KeyName><ds:X509Data>"
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    ).encode()


def read(signature: Element) -> Parts:
    """The parts of `signature`; Refused when it is built in any way but the prescribed one."""
    info, value, key_info = _exactly(signature, "SignedInfo", "SignatureValue", "KeyInfo")
    form, method, reference = _exactly(info, "CanonicalizationMethod", "SignatureMethod", "Reference")
    if _algorithm(form) != C14N:
        raise refusal("canonicalization", _algorithm(form))
    suite = BY_URI.get(_algorithm(method))
    if suite is None:
        raise refusal("algorithm", _algorithm(method))
    transforms, digest_method, digest = _exactly(reference, "Transforms", "DigestMethod", "DigestValue")
    if reference.attrib.items() != [("URI", "")]:
        raise refusal("reference")
    used = [_algorithm(_leaf(item, "Transform")) for item in transforms]
    # A canonicalisation after the enveloped transform changes nothing; common toolkits write it.
    if used not in ([ENVELOPED], [ENVELOPED, C14N]):
        raise refusal("transform", " ".join(used) or "–")
    if _algorithm(digest_method) != suite.digest_uri:
        raise refusal("algorithm", f"{suite.name} + {_algorithm(digest_method)}")
    key_name, data = _exactly(key_info, "KeyName", "X509Data")
    (certificate,) = _exactly(data, "X509Certificate")
    return Parts(suite, _text(digest), _text(value), _text(key_name), _text(certificate), info)


def _exactly(parent: Element, *names: str) -> list[Element]:
    """The children of `parent`, which must be these and nothing else."""
    children = list(parent)
    tags = [child.tag for child in children]
    if tags == [f"{{{DS}}}{name}" for name in names]:
        return children
    if "Reference" in names and tags.count(f"{{{DS}}}Reference") > 1:
        raise refusal("reference")
    where = etree.QName(parent).localname
    raise refusal("structure", f"{where}: {', '.join(names)}")


def _leaf(item: Element, name: str) -> Element:
    """`item`, which must be an empty element of this name (XPath filters and the like are children)."""
    if item.tag != f"{{{DS}}}{name}" or len(item):
        raise refusal("transform", etree.QName(item).localname if isinstance(item.tag, str) else "?")
    return item


def _algorithm(method: Element) -> str:
    if len(method) or set(method.attrib) != {"Algorithm"}:
        raise refusal("structure", etree.QName(method).localname)
    return str(method.get("Algorithm"))


def _text(leaf: Element) -> str:
    if len(leaf):
        raise refusal("structure", etree.QName(leaf).localname)
    return leaf.text or ""
