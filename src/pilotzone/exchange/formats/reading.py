"""From hostile bytes to an XML tree or to findings. No DTD, no entities, no network, UTF-8 only, bounded size."""

from __future__ import annotations

import re

from lxml import etree

from pilotzone.exchange.formats.findings import Finding, finding, limit

_BOMS = (
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xff\xfe", "UTF-16"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# what may stand before the root element: white space, processing instructions, comments
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


def tree(raw: bytes, *, max_bytes: int | None = None) -> tuple[etree._Element | None, list[Finding]]:
    """The root element, or None with the reason. Comments and processing instructions are dropped from the tree."""
    bound = limit("bytes") if max_bytes is None else max_bytes
    if len(raw) > bound:
        return None, [finding("format.too_large", path="", actual=len(raw), limit=bound)]
    body = raw[3:] if raw.startswith(b"\xef\xbb\xbf") else raw
    problem = _encoding(body) or _content(body)
    if problem:
        return None, [problem]
    try:
        return etree.fromstring(body, _parser()), []
    except etree.XMLSyntaxError as error:
        return None, [_syntax(error)]
    except ValueError as error:  # lxml refuses some inputs before parsing
        return None, [finding("format.not_well_formed", path="", detail=error)]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _encoding(body: bytes) -> Finding | None:
    for mark, name in _BOMS:
        if body.startswith(mark):
            return finding("format.encoding", path="", line=1, actual=name)
    if body[:4] in (b"\x00\x00\x00<", b"<\x00\x00\x00") or body[:2] in (b"\x00<", b"<\x00"):
        return finding("format.encoding", path="", line=1, actual="UTF-16/UTF-32")
    declared = _DECLARED.match(body[:200])
    if declared and declared[1].decode("ascii", "replace").upper() not in ("UTF-8", "UTF8"):
        return finding("format.encoding", path="", line=1, actual=declared[1].decode("ascii", "replace"))
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        words = {
            "actual_zh": f"不能按UTF-8解读的字节（第{line}行起，多为GBK或GB18030）",
            "actual_en": f"bytes that are no UTF-8, from line {line} (often GBK or GB18030)",
        }
        return finding("format.encoding", path="", line=line, words=words)
    return None


def _content(body: bytes) -> Finding | None:
    if not body.strip():
        return finding("format.empty", path="")
    if b"\x00" in body:
        return finding("format.character", path="", line=body.count(b"\n", 0, body.index(b"\x00")) + 1)
    start = _prolog_end(body)
    if body[start : start + 9].upper() == b"<!DOCTYPE":
        return finding("format.dtd", path="", line=body.count(b"\n", 0, start) + 1)
    return None


def _prolog_end(body: bytes) -> int:
    found = _PROLOG.match(body)
    return found.end() if found else 0


def _syntax(error: etree.XMLSyntaxError) -> Finding:
    line = error.lineno or 0
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_INVALID_CHAR:
        return finding("format.character", path="", line=line)
    return finding("format.not_well_formed", path="", line=line, detail=error.msg or "")
