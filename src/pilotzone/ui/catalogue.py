"""The English catalogue: every app's `locale/en/LC_MESSAGES/django.po`, joined in the state folder.

No gettext program is needed and nothing is written beside the sources. A sentence named in several
apps keeps its first translation, in the order of INSTALLED_APPS.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PO = Path("locale") / "en" / "LC_MESSAGES" / "django.po"
MO = Path("en") / "LC_MESSAGES" / "django.mo"
_LINE = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?)?\s*(".*")$')


@dataclass(frozen=True)
class Entry:
    """One sentence: the Chinese as in the source, its plural where it has one, the translations."""

    msgid: str
    texts: tuple[str, ...]
    plural: str = ""
    context: str = ""

    @property
    def translated(self) -> bool:
        """Whether every form has a translation."""
        return bool(self.texts) and all(self.texts)


def parse(po: str, name: str = "") -> list[Entry]:
    """The sentences of a .po text, header and fuzzy ones left out; ValueError names file and line."""
    found: list[Entry] = []
    block: dict[str, str] = {}
    key, fuzzy = "", False

    def close() -> None:
        nonlocal block, key, fuzzy
        if block.get("msgid") and not fuzzy:
            texts = tuple(text for field, text in block.items() if field.startswith("msgstr"))
            found.append(Entry(block["msgid"], texts, block.get("msgid_plural", ""), block.get("msgctxt", "")))
        block, key, fuzzy = {}, "", False

    for number, line in enumerate(po.split("\n"), start=1):
        text = line.strip()
        if text.startswith("#"):
            if "msgstr" in "".join(block):
                close()
            fuzzy = fuzzy or (text.startswith("#,") and "fuzzy" in text)
            continue
        if not text:
            close()
            continue
        match = _LINE.match(text)
        if not match or not (match[1] or key):
            raise ValueError(f"{name}:{number}: not a line of a .po file: {text[:60]}")
        if match[1] in ("msgctxt", "msgid") and any(field.startswith("msgstr") for field in block):
            close()
        key = match[1] or key
        block[key] = block.get(key, "") + ast.literal_eval(match[2])
    close()
    return found


def compiled(entries: Iterable[Entry], note: str = "") -> bytes:
    """A .mo file of the translated entries (GNU gettext's binary layout), `note` kept in its header."""
    header = ("Content-Type: text/plain; charset=UTF-8", "Plural-Forms: nplurals=2; plural=(n != 1);")
    table = {b"": "\n".join((*header, f"X-Note: {note}", "")).encode()}
    for entry in entries:
        key = f"{entry.context}\x04{entry.msgid}" if entry.context else entry.msgid
        key = f"{key}\0{entry.plural}" if entry.plural else key
        if entry.translated:
            table.setdefault(key.encode(), "\0".join(entry.texts).encode())
    keys = sorted(table)
    start = 28 + 16 * len(keys)
    middle = start + sum(len(key) + 1 for key in keys)
    ids, strings, index_ids, index_strings = b"", b"", b"", b""
    for name in keys:
        index_ids += struct.pack("<II", len(name), start + len(ids))
        index_strings += struct.pack("<II", len(table[name]), middle + len(strings))
        ids += name + b"\0"
        strings += table[name] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return head + index_ids + index_strings + ids + strings


def refresh(apps: Iterable[Path], folder: Path) -> bool:
    """Compile the catalogues of these app folders below `folder` where they changed; True when it wrote."""
    sources = [app / PO for app in apps if (app / PO).is_file()]
    texts = [source.read_text(encoding="utf-8") for source in sources]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    target = folder / MO
    if target.is_file() and digest.encode() in target.read_bytes():
        return False
    entries = [entry for source, text in zip(sources, texts, strict=True) for entry in parse(text, str(source))]
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"django.{os.getpid()}.tmp")
    draft.write_bytes(compiled(entries, digest))
    draft.replace(target)
    return True
