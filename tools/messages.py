"""List the Chinese sentences that have no English yet; --add appends them to their app's catalogue.

    .venv/bin/python tools/messages.py [--add]

Exit 1 while something is missing. Fill each empty `msgstr ""`; nothing else is to be run: the catalogues are
compiled when the portal starts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pilotzone.ui.catalogue import PO
from pilotzone.ui.extraction import app_of, bare_chinese, missing, templates

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "pilotzone"


def add(app: Path, msgid: str, place: str) -> None:
    """Append one empty entry to the catalogue of an app, once."""
    path = app / PO
    path.parent.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    line = "msgid " + json.dumps(msgid, ensure_ascii=False)
    if line not in text:
        path.write_text(f'{text}\n#: {place}\n{line}\nmsgstr ""\n', encoding="utf-8")


def main() -> int:
    """Print what is missing; 1 where anything is."""
    lacking = missing(SOURCE)
    for sentence in lacking:
        place = f"{sentence.path.relative_to(SOURCE)}:{sentence.line}"
        print(f"{place}: {sentence.msgid}")
        if "--add" in sys.argv:
            add(app_of(sentence.path, SOURCE), sentence.msgid, place.rsplit(":", 1)[0])
    bare = [found for path in templates(SOURCE) for found in bare_chinese(path.read_text(encoding="utf-8"), path)]
    for sentence in bare:
        print(f"{sentence.path.relative_to(SOURCE)}:{sentence.line}: not in a translate tag: {sentence.msgid}")
    print(f"{len(lacking)} without English, {len(bare)} outside translate tags")
    return 1 if lacking or bare else 0


if __name__ == "__main__":
    raise SystemExit(main())
