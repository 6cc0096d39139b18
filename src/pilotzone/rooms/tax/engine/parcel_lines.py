"""One parcel as a line of JSON, and its answer: what `pilotzone tax parcel --json` reads and writes. Twin of `lines.py`."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Problem, Refused
from pilotzone.base.money import decimal, yuan
from pilotzone.rooms.tax.engine.parameters import parameter
from pilotzone.rooms.tax.engine.parcel import parcel_tax

FIELDS = frozenset({"id", "on", "articles", "from_hkmotw", "one_indivisible"})
ARTICLE_FIELDS = frozenset({"group", "value"})
MOST_ARTICLES = 1000


def parcel_answer(text: str) -> dict[str, Any]:
    """The answer to one line; never raises for what a line can hold.

    In: {"id","on","articles":[{"group":1|2|3,"value":"100.00"}],"from_hkmotw"?,"one_indivisible"?}. Out: {"id",
    "channel":"parcel|refused","statutory","total","reasons","parameters"}; amounts None where nothing could be computed.
    """
    told: Any = None
    try:
        line = _object(text)
        if isinstance(line.get("id"), str | int):
            told = line["id"]
        found = parcel_tax(
            _articles(line.get("articles")),
            on=_day(line.get("on")),
            from_hkmotw=_flag(line, "from_hkmotw"),
            one_indivisible=_flag(line, "one_indivisible"),
        )
    except Problem as problem:
        reasons = [{"code": problem.code, "text_zh": problem.zh, "text_en": problem.en, "source": problem.source}]
        return {
            "id": told, "channel": "refused", "statutory": None, "total": None, "reasons": reasons, "parameters": [],
        }  # fmt: skip
    return {
        "id": told,
        "channel": "parcel" if found.allowed else "refused",
        "statutory": yuan(found.statutory),
        "total": yuan(found.total),
        "reasons": [{"code": r.code, "text_zh": r.zh, "text_en": r.en, "source": r.source} for r in found.reasons],
        "parameters": [parameter(used) for used in found.parameters],
    }


def _object(text: str) -> dict[str, Any]:
    try:
        line = json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise _wrong("") from None
    if not isinstance(line, dict) or set(line) - FIELDS:
        raise _wrong(", ".join(sorted(set(line) - FIELDS)) if isinstance(line, dict) else "")
    return line


def _articles(rows: Any) -> tuple[tuple[int, Decimal], ...]:
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ARTICLES:
        raise _wrong("articles")
    found = []
    for row in rows:
        if not isinstance(row, dict) or set(row) != ARTICLE_FIELDS or type(row["group"]) is not int:
            raise _wrong("articles")
        if not isinstance(row["value"], str | int) or isinstance(row["value"], bool):
            raise _wrong("value")
        found.append((row["group"], decimal(str(row["value"]))))
    return tuple(found)


def _day(text: Any) -> date:
    try:
        if isinstance(text, str) and len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _wrong("on")


def _flag(line: dict[str, Any], name: str) -> bool:
    value = line.get(name, False)
    if not isinstance(value, bool):
        raise _wrong(name)
    return value


def _wrong(name: str) -> Refused:
    return Refused(
        code="rule.parcel.line", zh=f"输入行无法理解{'：' + name[:60] if name else ''}",
        en=f"The line cannot be understood{': ' + name[:60] if name else ''}", source="pilotzone tax parcel --help",
        mend_zh="按说明填写", mend_en="Write it as the help says",
    )  # fmt: skip
