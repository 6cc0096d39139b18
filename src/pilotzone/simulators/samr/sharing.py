"""What market regulation answers: legal representatives from its register; penalties and credit grades as it was told."""

from __future__ import annotations

from pilotzone.simulators.samr.register import NAME
from pilotzone.simulators.sharing import Row, Tells, Told, by_key, register


def persons(asked: Told) -> list[Row]:
    """Who represents a firm, from the register; document and telephone where it has them."""
    return [
        {
            "uscc": uscc, "name": data.get("ENTNAME", ""), "person": data.get("LEREP", ""), "document": data.get("LEREPID", ""),
            "phone": data.get("TEL", ""), "address": data.get("DOM", ""),
        }
        for uscc, data, _ in register(asked, NAME)
    ]  # fmt: skip


SHARED: dict[str, Tells] = {
    "samr.persons": persons, "samr.penalties": by_key("uscc"), "samr.credit_grades": by_key("uscc"),
}  # fmt: skip
