"""The fast path: a message that arrives in canonical form is digested as it is (intake §7).

Signers who sign what they send put canonical bytes on the wire. If the bytes of such a message without its
Signature have the digest that was signed, they are what was signed, and parsing them again proves nothing.

Two things keep this from being fooled. It only ever speeds up a yes: anything unusual, a wrong digest
included, answers None and the slow path judges. And only bytes that are their own canonical form are
admitted: every tag is a bare `ceb:` one (so no comment, CDATA, PI, DTD, foreign element, nested declaration),
only the root has attributes, in canonical order, and nothing that would be normalised occurs. Whether tags
match is not asked here: the signer vouches for the bytes, the parser reads them afterwards.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pilotzone.exchange.signing.algorithms import BY_URI, DS, Suite

_CEB_SPACE = b' xmlns:ceb="http://www.chinaport.gov.cn/ceb"'
_DS_SPACE = f' xmlns:ds="{DS}"'.encode()
_XSI_SPACE = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_PROLOG = re.compile(rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0" encoding="(?:UTF-8|utf-8)"\?>)?[ \t\r\n]*')
_ROOT = re.compile(
    rb"<ceb:(CEB\d{3}Message)" + re.escape(_CEB_SPACE) + rb"(?:" + re.escape(_DS_SPACE) + rb")?"
    rb"(?P<xsi>" + re.escape(_XSI_SPACE) + rb")?"
    rb' guid="[0-9A-Za-z_-]{1,64}" version="[0-9A-Za-z.]{1,10}">'
)
_TEXT = rb"[A-Za-z0-9+/=\n]{1,%d}"
_SIGNATURE = re.compile(
    rb"<ds:Signature" + re.escape(_DS_SPACE) + rb">\n?"
    rb"<ds:SignedInfo>(?P<inside>\n?"
    rb'<ds:CanonicalizationMethod Algorithm="http://www\.w3\.org/TR/2001/REC-xml-c14n-20010315">'
    rb"</ds:CanonicalizationMethod>\n?"
    rb'<ds:SignatureMethod Algorithm="(?P<method>[!#-;=?-~]{1,100})"></ds:SignatureMethod>\n?'
    rb'<ds:Reference URI="">\n?<ds:Transforms>\n?'
    rb'<ds:Transform Algorithm="http://www\.w3\.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>\n?'
    rb"</ds:Transforms>\n?"
    rb'<ds:DigestMethod Algorithm="(?P<digest_method>[!#-;=?-~]{1,100})"></ds:DigestMethod>\n?'
    rb"<ds:DigestValue>(?P<digest>[A-Za-z0-9+/=]{1,64})</ds:DigestValue>\n?"
    rb"</ds:Reference>\n?)</ds:SignedInfo>\n?"
    rb"<ds:SignatureValue>(?P<value>" + _TEXT % 4096 + rb")</ds:SignatureValue>\n?"
    rb"<ds:KeyInfo>\n?<ds:KeyName>(?P<key_name>[A-Za-z0-9]{1,64})</ds:KeyName>\n?<ds:X509Data>\n?"
    rb"<ds:X509Certificate>(?P<certificate>" + _TEXT % 16384 + rb")</ds:X509Certificate>\n?"
    rb"</ds:X509Data>\n?</ds:KeyInfo>\n?</ds:Signature>"
)
# Tags of our name space without attributes or spaces; text without what C14N would write differently (CR, the
# characters it escapes, other controls). Possessive, so hostile input costs one pass.
_CONTENT = re.compile(rb"(?:(?:[^<>&\x00-\x08\x0b-\x1f]++|&(?:amp|lt|gt);)*+</?ceb:[A-Za-z0-9]++>)++")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF are not XML


class Raw(NamedTuple):
    """A message whose raw bytes, Signature aside, are its canonical form."""

    form: bytes
    suite: Suite
    digest: str
    value: bytes
    key_name: str
    certificate: bytes
    signed_info: bytes


def read(raw: bytes) -> Raw | None:
    """The parts of a canonical, signed CEB message, or None: take the slow path."""
    start = _PROLOG.match(raw)
    begin = start.end() if start else 0
    root = _ROOT.match(raw, begin)
    at = raw.find(b"<ds:Signature ", begin)
    if root is None or at < 0:
        return None
    signature = _SIGNATURE.match(raw, at)
    if signature is None:
        return None
    end = raw.rstrip(b" \t\n")
    form = raw[begin:at] + end[signature.end() :]
    suite = BY_URI.get(signature["method"].decode())
    if suite is None or suite.digest_uri.encode() != signature["digest_method"]:
        return None
    # Only the end of the root may follow; an ExtendMessage there is left to the slow path.
    if end[signature.end() :].strip(b" \t\n") != b"</ceb:" + root[1] + b">":
        return None
    if not _is_canonical(form, root.end() - begin):
        return None
    # Name spaces in scope, in canonical order, whether or not the root declares ds itself.
    spaces = _CEB_SPACE + _DS_SPACE + (root["xsi"] or b"")
    return Raw(
        form,
        suite,
        signature["digest"].decode(),
        signature["value"],
        signature["key_name"].decode(),
        signature["certificate"],
        b"<ds:SignedInfo" + spaces + b">" + signature["inside"] + b"</ds:SignedInfo>",
    )


def _is_canonical(form: bytes, after_root_tag: int) -> bool:
    """Whether C14N would return `form` unchanged, given that it is well-formed."""
    if _CONTENT.fullmatch(form, after_root_tag) is None:
        return False
    if b"\xef\xbf" in form and any(odd in form for odd in _NO_CHARACTERS):
        return False
    try:
        form.decode()
    except UnicodeDecodeError:
        return False
    return True
