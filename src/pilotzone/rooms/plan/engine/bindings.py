"""What a query of data/plan/evidence.yaml must be told: its own words, each of its kind. A zone's own file is judged by it before it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

MOST_MONTHS = 120
COVERAGES = ("port", "registered", "platform")


def lacking(binding: object) -> str:
    """What a binding names that there is none of, or lacks, or tells wrongly; empty where it is sound."""
    if not isinstance(binding, Mapping) or not isinstance(binding.get("query"), str):
        return "query"
    query = binding["query"]
    if query not in NEEDED:
        return f"query {query[:40]}"
    wrong = [
        f"{word} {str(binding.get(word, ''))[:40]}".strip()
        for word, sound in NEEDED[query].items()
        if not sound(binding.get(word))
    ]
    return f"{query}: {', '.join(wrong)}" if wrong else ""


def _whole(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 10


def _months(value: object) -> bool:
    return _whole(value) and 0 < int(str(value)) <= MOST_MONTHS


def _share(value: object) -> bool:
    """Per cent, 0 to 100."""
    try:
        return not isinstance(value, bool) and 0 <= Decimal(str(value)) <= 100
    except InvalidOperation:
        return False


def _word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


NEEDED: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "releases": {"months": _months, "least": _whole},
    "filings": {},
    "departments_connected": {"plan": _word, "task": _whole, "least": _whole},
    "settled_directly": {},
    "sub_platforms": {},
    "joint_inspection": {"least": _share},
    "government_training": {"plan": _word, "least": _whole},
    "published_trade": {"coverage": COVERAGES.__contains__},
    "seated": {"plan": _word},
    "matched_exports": {"months": _months},
    "leading_group": {"plan": _word, "in_time": _share},
    "scorecards": {"plan": _word},
    "monthly_figures": {"least": _whole},
}
