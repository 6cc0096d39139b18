"""Where the house's files are, for the tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "pilotzone"


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the package."""
    return tuple(sorted(path for path in PACKAGE.rglob("*.py") if path.is_file()))


@cache
def working_modules() -> tuple[Path, ...]:
    """The Python files that run in a zone: no tests."""
    return tuple(path for path in modules() if "tests" not in path.parts)


@cache
def sql_files() -> tuple[Path, ...]:
    """Every SQL file somebody wrote: not the one tools/schema.py writes down from the migrations."""
    return tuple(sorted(path for path in PACKAGE.rglob("*.sql") if path.name != "schema.sql"))


def name(path: Path) -> str:
    """The path inside the package, with forward slashes."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of the parsed file."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))))


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of the file with its dotted name as written; calls of computed things are left out."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and (dotted := _dotted(node.func)):
            yield dotted, node


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module the file imports, with its line."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def texts(path: Path) -> Iterator[tuple[str, int]]:
    """Every string of the file that is no docstring, f-strings piece by piece."""
    documents = {
        id(node.body[0].value)
        for node in nodes(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value, node.lineno


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := _dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""
