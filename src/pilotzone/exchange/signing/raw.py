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

import binascii
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
# Bare tags of our name space with text between them. Possessive, so hostile input costs one pass.
_TAGS = re.compile(rb"(?:[^<>]*+</?ceb:[A-Za-z0-9]++>)*+[^<>]*+")
# U+FFFE and U+FFFF are not XML; nor are controls, and C14N would write a carriage return differently
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_CONTROLS = bytes(set(range(32)) - {9, 10})
_BREAKS = (b" >", b"\n>", b"\t>", b"/>", b"=")
_DIGEST = (b"<ds:DigestValue>", b"</ds:DigestValue>")
_VALUE = (b"<ds:SignatureValue>", b"</ds:SignatureValue>")
_END = b"</ds:Signature>"
_LONGEST_DIGEST, _LONGEST_VALUE, _LONGEST_BLOCK = 64, 4096, 24 * 1024
_MOST_KEPT = 1024


class _Frame(NamedTuple):
    """A Signature but for its digest and value: the same in every message of a sender."""

    suite: Suite
    key_name: str
    certificate: bytes
    begin: bytes
    end: bytes


_frames: dict[tuple[bytes, ...], _Frame] = {}


class Raw(NamedTuple):
    """A message whose raw bytes, Signature aside, are its canonical form: `before` and `behind` it."""

    before: memoryview
    behind: bytes
    suite: Suite
    digest: str
    value: bytes
    key_name: str
    certificate: bytes
    signed_info: bytes


def read(raw: bytes, *, canonical: bool = False) -> Raw | None:
    """The parts of a canonical, signed CEB message, or None: take the slow path.

    `canonical`: the parser has seen already that C14N leaves the bytes between root tag and Signature as they are.
    """
    start = _PROLOG.match(raw)
    begin = start.end() if start else 0
    root = _ROOT.match(raw, begin)
    at = raw.find(b"<ds:Signature ", begin)
    if root is None or at < 0:
        return None
    stop = raw.find(_END, at) + len(_END)
    # Only the end of the root may follow; an ExtendMessage there is left to the slow path.
    if raw[stop:].strip(b" \t\n") != b"</ceb:" + root[1] + b">":
        return None
    # Name spaces in scope, in canonical order, whether or not the root declares ds itself.
    spaces = _CEB_SPACE + _DS_SPACE + (root["xsi"] or b"")
    found = _signature(raw[at:stop], spaces)
    if found is None or not (canonical or _is_canonical(raw[root.end() : at] + raw[stop:])):
        return None
    frame, digest, value = found
    return Raw(
        memoryview(raw)[begin:at],
        raw[stop:].rstrip(b" \t\n"),
        frame.suite,
        digest.decode(),
        value,
        frame.key_name,
        frame.certificate,
        frame.begin + digest + frame.end,
    )


def _signature(block: bytes, spaces: bytes) -> tuple[_Frame, bytes, bytes] | None:
    """The frame of a Signature, its digest (Base64) and its value (bytes); None for any other form."""
    begin = block.find(_DIGEST[0]) + len(_DIGEST[0])
    end = block.find(_DIGEST[1], begin)
    start = block.find(_VALUE[0], end) + len(_VALUE[0])
    stop = block.find(_VALUE[1], start)
    if not len(_DIGEST[0]) < begin <= end < start <= stop:
        return None
    digest, value = block[begin:end], block[start:stop]
    if _decoded(digest, _LONGEST_DIGEST) is None:
        return None
    decoded = _decoded(value.replace(b"\n", b""), _LONGEST_VALUE)
    if decoded is None:
        return None
    key = (spaces, block[:begin], block[end:start], block[stop:])
    frame = _frames.get(key)
    if frame is None:
        frame = _frame(block, spaces)
        if frame is None or len(block) > _LONGEST_BLOCK:
            return frame and (frame, digest, decoded)
        if len(_frames) >= _MOST_KEPT:  # whoever makes thousands of certificates must not fill the memory
            _frames.clear()
        _frames[key] = frame
    return frame, digest, decoded


def _frame(block: bytes, spaces: bytes) -> _Frame | None:
    signature = _SIGNATURE.fullmatch(block)
    suite = BY_URI.get(signature["method"].decode()) if signature else None
    if signature is None or suite is None or suite.digest_uri.encode() != signature["digest_method"]:
        return None
    inside = signature.span("inside")
    return _Frame(
        suite,
        signature["key_name"].decode(),
        signature["certificate"],
        b"<ds:SignedInfo" + spaces + b">" + block[inside[0] : signature.start("digest")],
        block[signature.end("digest") : inside[1]] + b"</ds:SignedInfo>",
    )


def _decoded(text: bytes, longest: int) -> bytes | None:
    """The bytes of a Base64 text without white space, None for anything else and for nothing."""
    try:
        return binascii.a2b_base64(text, strict_mode=True) or None if len(text) <= longest else None
    except binascii.Error:
        return None


def _is_canonical(form: bytes) -> bool:
    """Whether C14N would return `form`, the inside of the root, unchanged, given that the whole is well-formed.

    Counting does it. Every `<` begins a tag of ours, so there is no comment, CDATA, instruction, foreign element. There
    are as many `>`, so none stands in a text, and as well-formed tags all end, none is left for what no tag may hold.
    No `=` and no white space before a `>`: no tag has more than its name.
    """
    tags = form.count(b"<")
    if tags != form.count(b">") or tags != form.count(b"<ceb:") + form.count(b"</ceb:"):
        return False
    if any(odd in form for odd in _BREAKS) and _TAGS.fullmatch(form) is None:
        return False
    if b"&" in form and form.count(b"&") != sum(map(form.count, (b"&amp;", b"&lt;", b"&gt;"))):
        return False
    if len(form.translate(None, _CONTROLS)) != len(form):
        return False
    if b"\xef\xbf" in form and any(odd in form for odd in _NO_CHARACTERS):
        return False
    try:
        form.decode()
    except UnicodeDecodeError:
        return False
    return True
