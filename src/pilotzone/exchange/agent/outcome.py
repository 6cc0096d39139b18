"""What became of a sent message, from the platform's result of it: one line for the log, and whether it was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

REFUSED = "refused"


def words(result: Mapping[str, Any]) -> str:
    """How many documents came to which state, else the message's own; then the codes of what was found, each once."""
    documents = result.get("documents") or []
    counted = sorted(Counter(str(one.get("state", "")) for one in documents).items())
    states = [f"{state} {count}" for state, count in counted] or [str(result.get("result") or result.get("state", ""))]
    findings = [*(result.get("findings") or []), *(found for one in documents for found in one.get("findings") or [])]
    codes = dict.fromkeys(f"[{found['code']}]" for found in findings if found.get("code"))
    return " ".join([*states, *codes])


def is_refused(result: Mapping[str, Any]) -> bool:
    """Whether the message, or a document of it, was not accepted for a fault."""
    return REFUSED in (result.get("result"), *(one.get("state") for one in result.get("documents") or []))
