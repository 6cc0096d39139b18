"""A message as signatures see it: read without trust, its canonical form, the place of its Signature."""

from __future__ import annotations

import re
from typing import cast

from lxml import etree

from pilotzone.exchange.signing.algorithms import DS, digest_text
from pilotzone.exchange.signing.refusals import refusal

SIGNATURE = f"{{{DS}}}Signature"
LARGEST = 10 * 1024 * 1024
# In import messages the Signature is the last element, in export ones ExtendMessage follows (spec §2.1).
IMPORT = frozenset(f"CEB{number}Message" for number in (311, 411, 511, 513, 621, 623, 625, 711))

# libxml2 sorts them by insertion: 40,000 on one element take ten seconds. Real messages have two or three.
MOST_ATTRIBUTES = 64
_MANY_ATTRIBUTES = etree.XPath(f"boolean(//*[count(@*) > {MOST_ATTRIBUTES}])")

_BOM = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
    huge_tree=False, strip_cdata=False, recover=False,
)  # fmt: skip

Tree = etree._ElementTree
Element = etree._Element


def read(raw: bytes, *, largest: int = LARGEST) -> Tree:
    """The document in `raw`, with nothing expanded or fetched; Refused `signature.size|encoding|xml|dtd`."""
    if len(raw) > largest:
        raise refusal("size")
    text = raw.removeprefix(_BOM)
    declared = _DECLARED.match(text)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in text[:64]:
        raise refusal("encoding")
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise refusal("encoding")
    try:
        tree = etree.fromstring(text, _PARSER).getroottree()
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise refusal("xml", " ".join(str(broken).split())[:120]) from None
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise refusal("dtd")
    if text.count(b"=") > MOST_ATTRIBUTES and _is_crowded(tree):
        raise refusal("crowded")
    return tree


def _is_crowded(tree: Tree) -> bool:
    """Whether an element has so many attributes or name spaces that sorting them would stall the worker."""
    if _MANY_ATTRIBUTES(tree):
        return True
    return any(len(item.nsmap) > MOST_ATTRIBUTES for item in tree.iter(etree.Element))


def signature_of(tree: Tree) -> Element:
    """The one Signature, at its place; Refused `signature.missing|many|place|comment`."""
    root = tree.getroot()
    found = list(root.iter(SIGNATURE))
    if not found:
        raise refusal("missing")
    if len(found) > 1:
        raise refusal("many")
    signature = found[0]
    after = [etree.QName(item).localname for item in signature.itersiblings(tag=etree.Element)]
    if signature.getparent() is not root or after != (["ExtendMessage"] if is_extended_export(root) else []):
        raise refusal("place")
    if tree.xpath("boolean(//comment())"):
        raise refusal("comment")
    return signature


def is_extended_export(root: Element) -> bool:
    """Whether `root` is an export message with an ExtendMessage, which must come last, behind the Signature."""
    name = etree.QName(root).localname
    exported = name.startswith("CEB") and name not in IMPORT
    return exported and root.find(f"{{{root.nsmap.get(root.prefix)}}}ExtendMessage") is not None


def detach(signature: Element) -> None:
    """Take the Signature out and leave every other node, the text behind it too (enveloped transform)."""
    parent, before, tail = signature.getparent(), signature.getprevious(), signature.tail or ""
    assert parent is not None, "a Signature has a parent"
    parent.remove(signature)
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail


def canonical(tree: Tree) -> bytes:
    """C14N 1.0, inclusive, without comments, of the whole document."""
    try:
        return cast(bytes, etree.tostring(tree, method="c14n", exclusive=False, with_comments=False))
    except etree.LxmlError as broken:
        raise refusal("c14n", str(broken)[:120]) from None


def canonical_part(part: Element) -> bytes:
    """C14N 1.0 of one element as it stands in its document: all name spaces and xml: attributes in scope.

    libxml2 refuses to canonicalise a part by itself, so the part becomes the root of its own document.
    """
    in_scope = cast(dict[str, str], part.nsmap)  # the default name space has the key None, which the stubs forget
    alone = etree.Element(part.tag, nsmap=in_scope)
    for above in (*reversed(list(part.iterancestors())), part):
        for name, value in above.attrib.items():
            if above is part or str(name).startswith(_XML):
                alone.set(name, value)
    alone.text = part.text
    alone.extend(list(part))
    return canonical(alone.getroottree())


def digests(raw: bytes) -> dict[str, str]:
    """Base64 digests (`sha1`, `sha256`, `sm3`) of the canonical form of `raw` with its Signature removed."""
    tree = read(raw)
    found = tree.getroot().findall(SIGNATURE)
    if len(found) > 1:
        raise refusal("many")
    for signature in found:
        detach(signature)
    form = canonical(tree)
    return {name: digest_text(name, form) for name in ("sha1", "sha256", "sm3")}
