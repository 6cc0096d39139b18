"""Canonical XML 1.0 (W3C, 2001), inclusive, without comments, of a whole document; and where its Signature goes.

Read by expat with names as written, so that no prefix is lost. A document type is refused: entities expand, and no customs
message has one.
"""

from __future__ import annotations

from xml.parsers import expat

XML = "http://www.w3.org/XML/1998/namespace"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


class Document:
    """A document read: `form` is canonical; `root` and `child` (the root's last) are names as written, `spaces` the root's
    name spaces by prefix, `inherited` its attributes that its children have too (`xml:lang`), as written, `child_at` and `end` where child and the root's end tag begin in bytes, `names` without prefixes.

    ValueError where it is no well-formed UTF-8 XML without document type and comments.
    """

    def __init__(self, raw: bytes) -> None:
        self.root, self.child, self.child_at, self.end = "", "", 0, 0
        self.names: set[str] = set()
        self._pieces: list[str] = []
        self._scopes: list[dict[str, str]] = [{"": "", "xml": XML}]
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._opened, self._closed
        parser.CharacterDataHandler = lambda text: self._pieces.append(text.translate(_TEXT))
        parser.ProcessingInstructionHandler = self._instructed
        parser.CommentHandler = parser.StartDoctypeDeclHandler = _refused
        try:
            parser.Parse(raw, True)
        except (expat.ExpatError, KeyError) as broken:
            raise ValueError(f"this is no XML: {broken}") from broken
        self.form = "".join(self._pieces).encode()

    def _opened(self, name: str, flat: list[str]) -> None:
        given, above, depth = list(zip(flat[::2], flat[1::2], strict=True)), self._scopes[-1], len(self._scopes)
        declared = {key[6:]: value for key, value in given if key.partition(":")[0] == "xmlns"}
        scope = above | declared
        if depth == 1:
            self.root, self.spaces = name, {key: value for key, value in declared.items() if value}
            self.inherited = "".join(sorted(f" {key}={_quoted(value)}" for key, value in given if key[:4] == "xml:"))
        elif depth == 2:
            self.child, self.child_at = name, self._parser.CurrentByteIndex
        self.names.add(name.rpartition(":")[2])
        plain = [one for one in given if one[0].partition(":")[0] != "xmlns"]
        plain.sort(key=lambda one: _place(one[0], scope))
        new = {key: value for key, value in declared.items() if above.get(key) != value}
        self._pieces.append(f"<{name}{declarations(new)}{''.join(f' {key}={_quoted(value)}' for key, value in plain)}>")
        self._scopes.append(scope)

    def _closed(self, name: str) -> None:
        self._scopes.pop()
        self.end = self._parser.CurrentByteIndex
        self._pieces.append(f"</{name}>")

    def _instructed(self, target: str, data: str) -> None:
        words, outside = f"<?{target} {data}?>" if data else f"<?{target}?>", len(self._scopes) == 1
        self._pieces.append(f"\n{words}" if outside and self.root else f"{words}\n" if outside else words)


def declarations(spaces: dict[str, str]) -> str:
    """Name spaces by prefix as an element declares them, in canonical order."""
    return "".join(f" xmlns{':' * bool(key)}{key}={_quoted(value)}" for key, value in sorted(spaces.items()))


def _place(name: str, scope: dict[str, str]) -> tuple[str, str]:
    """Attributes stand by name space, then name; one without a prefix has none."""
    prefix, colon, local = name.rpartition(":")
    return (scope[prefix] if colon else "", local)


def _quoted(value: str) -> str:
    return f'"{value.translate(_VALUE)}"'


def _refused(*_: object) -> None:
    raise ValueError("a message has neither comments nor a document type")
