"""Why customs gave a list back: the official words, our explanation beside them, and whose error it is.

The party comes from the published reason code (`reference.reasons`). A code nobody published, or words without a code, stay
with the declarant, who talks to customs; the reason then says that the party is not known.
"""

from __future__ import annotations

from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.reference import reasons
from pilotzone.rooms.clearance.errors import REFUSES

CODE = "customs.returned"
DECLARANT = "declarant"
# the words of the reason codes that no trade knows as a party of its own: who sent the list, who runs the yard
_PARTY = {"": DECLARANT, "sender": DECLARANT, "site": "area"}
# those who can move the trade on by their own document or word; an error of customs' is mended by declaring again
_ACTS = frozenset({"ebp", "ebc", "pay", "logi", DECLARANT, "buyer", "area"})
_UNKNOWN = {
    "explanation_zh": "海关未给出已公布的原因代码，责任方不明：先由报关企业向海关问清，再转有关方更正",
    "explanation_en": "Customs gave no published reason code, so whose error it is, is not known: the declarant asks customs"
    " first",
}  # fmt: skip


def fault(status: str, info: str) -> dict[str, Any]:
    """The reason of a trade made of customs' receipt, as a fault is stored; `zh` and `en` are the official words."""
    code = reasons.code_in(info) or (status if status.startswith("-") else "")
    told = {"code": CODE, "official": code or status, "zh": info, "en": info, "source": "海关回执", "weight": REFUSES}
    try:
        found = reasons.reason(code) if code else None
    except Gap:
        found = None
    if found is None:
        return told | _UNKNOWN | {"whose": DECLARANT}
    told |= {
        "whose": _PARTY.get(found.whose, found.whose), "source": f"海关回执；{found.source}", "tag": found.tag,
        "explanation_zh": found.explanation_zh, "explanation_en": found.explanation_en,
        "mend_zh": found.mend_zh, "mend_en": found.mend_en,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def holder(told: dict[str, Any]) -> str:
    """Who holds the trade after such a fault: the party that errs, where it is one that can act; else the declarant."""
    return told["whose"] if told["whose"] in _ACTS else DECLARANT
