"""No SQL of the product is newer than the oldest PostgreSQL a zone may bring (portal/processes/tests/test_floor.py stands on it)."""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import PACKAGE, working_modules

# what came after PostgreSQL 15, by the version it came with (release notes of 16, 17 and 18)
NEWER = {
    16: r"\bany_value\(|\bIS (?:NOT )?JSON\b|\bJSON_(?:ARRAYAGG|OBJECTAGG|ARRAY|OBJECT)\(|\barray_(?:sample|shuffle)\(|\brandom_normal\("
    r"|\bdate_(?:add|subtract)\(|\bpg_input_|\bpg_stat_io\b|\bBUFFER_USAGE_LIMIT\b|\bGENERIC_PLAN\b|\bSYSTEM_USER\b"
    r"|\bGRANT [^;\"]* WITH (?:INHERIT|SET)\b",
    17: r"\bJSON_(?:TABLE|EXISTS|QUERY|VALUE|SCALAR|SERIALIZE)\(|\bBY SOURCE\b|\bmerge_action\(|\bON_ERROR\b|\bto_(?:bin|oct)\("
    r"|\bAT LOCAL\b|\bSET EXPRESSION\b|\btransaction_timeout\b|\bpg_stat_checkpointer\b|\bLOCALE_PROVIDER builtin\b|\bSERIALIZE\)",
    18: r"\buuidv[47]\(|\bRETURNING (?:WITH|old|new)\b|\)\s*VIRTUAL\b|\bNOT ENFORCED\b|\bWITHOUT OVERLAPS\b|\bcasefold\(\w|\barray_(?:reverse|sort)\("
    r"|\bcrc32c?\(.*::bytea|\bpg_get_acl\(",
}


def sql() -> dict[str, str]:
    """Every text of the package with SQL in it, by its place; Python only where it speaks to a database."""
    texts = {path: path.read_text(encoding="utf-8") for path in (*working_modules(), *PACKAGE.rglob("*.sql"))}
    spoken = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|COPY|WITH)\b")
    return {str(path.relative_to(PACKAGE)): text for path, text in texts.items() if spoken.search(text)}


@pytest.mark.parametrize("version", NEWER)
def test_no_sql_is_newer_than_the_floor(version: int) -> None:
    newer = re.compile(NEWER[version])
    found = [
        f"{place}:{text.count(chr(10), 0, one.start()) + 1}: {one[0]}"
        for place, text in sql().items()
        for one in newer.finditer(text)
    ]
    assert not found, f"since PostgreSQL {version} only: {found}"


@pytest.mark.parametrize(
    "line",
    ["SELECT any_value(name) FROM t", "UPDATE t SET a = 1 RETURNING old.a", "SELECT x IS JSON", "SELECT uuidv7()"],
)
def test_what_is_newer_is_seen(line: str) -> None:
    assert any(re.search(pattern, line) for pattern in NEWER.values())
