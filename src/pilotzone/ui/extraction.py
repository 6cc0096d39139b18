"""Which sentences our templates and Python can say, for the check that English is complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pilotzone.ui.catalogue import PO, Entry, parse

CALLS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
CHINESE = re.compile("[\u3400-\u9fff]")
_TRANSLATE = re.compile(r"""\{%-?\s*trans(?:late)?\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_ARGUMENT = re.compile(r"""\b_\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\)""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b(.*?)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
_PLURAL = re.compile(r"\{%\s*plural\s*%\}")
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_SILENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
AS_IS = "{# zh #}"  # marks a line that is Chinese in every language, as a language's own name is


@dataclass(frozen=True)
class Sentence:
    """One msgid and where it is said."""

    msgid: str
    path: Path
    line: int


def of_template(text: str, path: Path) -> Iterator[Sentence]:
    """The msgids of a template as Django builds them: percent signs doubled, blocktranslate with its variables' places."""
    for pattern in (_TRANSLATE, _ARGUMENT):
        for match in pattern.finditer(text):
            raw = match[1] if match[1] is not None else match[2]
            yield Sentence(re.sub(r"\\(.)", r"\1", raw).replace("%", "%%"), path, _line(text, match.start()))
    for match in _BLOCK.finditer(text):
        parts = _PLURAL.split(match[2])
        if "trimmed" in match[1].split():
            parts = [" ".join(line.strip() for line in part.strip().splitlines()) for part in parts]
        yield Sentence(_VARIABLE.sub(r"%(\1)s", parts[0].replace("%", "%%")), path, _line(text, match.start()))


def of_python(text: str, path: Path) -> Iterator[Sentence]:
    """The msgids of a Python file: constant arguments of the gettext family under whatever name."""
    tree = ast.parse(text)
    names = set(CALLS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname for alias in node.names if alias.asname and alias.name in CALLS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if name in names:
            place = 1 if name.startswith("pgettext") else 0
            argument = node.args[place] if len(node.args) > place else None
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield Sentence(argument.value, path, node.lineno)


def bare_chinese(text: str, path: Path) -> Iterator[Sentence]:
    """Chinese in a template that no translate tag wraps: an English reader would meet it."""
    silent = _SILENT.sub(lambda match: "\n" * match[0].count("\n"), _BLOCK.sub(_blank, text))
    for number, (shown, written) in enumerate(zip(silent.splitlines(), text.splitlines(), strict=False), start=1):
        if CHINESE.search(shown) and AS_IS not in written:
            yield Sentence(shown.strip(), path, number)


def places(sentence: str) -> set[str]:
    """The variables a sentence has places for, `%(name)s` or `{name}`."""
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", sentence))


def app_of(path: Path, root: Path) -> Path:
    """The folder of the app a source file belongs to: the nearest one above it with an apps.py."""
    for folder in path.parents:
        if (folder / "apps.py").is_file() or folder == root:
            return folder
    return root


def sentences(root: Path) -> Iterator[Sentence]:
    """Everything said below `root`, tests and migrations left out."""
    for path in sorted(root.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield from of_python(path.read_text(encoding="utf-8"), path)
    for path in templates(root):
        yield from of_template(path.read_text(encoding="utf-8"), path)


def templates(root: Path) -> list[Path]:
    """Our templates: HTML and text files below a `templates` folder."""
    return sorted(
        path
        for path in root.rglob("templates/**/*")
        if path.suffix in {".html", ".txt"} and "tests" not in path.relative_to(root).parts
    )


def known(root: Path) -> dict[str, Entry]:
    """Every translated sentence of every catalogue below `root`."""
    entries: dict[str, Entry] = {}
    for path in sorted(root.rglob(str(PO))):
        for entry in parse(path.read_text(encoding="utf-8"), str(path)):
            if entry.translated:
                entries.setdefault(entry.msgid, entry)
    return entries


def missing(root: Path) -> list[Sentence]:
    """Chinese sentences without English, each once per app, in order of place."""
    have = known(root)
    seen: set[tuple[Path, str]] = set()
    found = []
    for sentence in sentences(root):
        key = (app_of(sentence.path, root), sentence.msgid)
        if CHINESE.search(sentence.msgid) and sentence.msgid not in have and key not in seen:
            seen.add(key)
            found.append(sentence)
    return found


def _blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
