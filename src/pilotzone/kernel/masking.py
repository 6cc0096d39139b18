"""Personal data as pages, logs and exports may show it. Masks never lengthen and never show a whole value."""

from __future__ import annotations

STAR = "*"


def mask_name(name: str) -> str:
    """张三 → 张*, 欧阳娜娜 → 欧***, John Smith → J*********."""
    return _keep(name.strip(), 1, 0)


def mask_phone(number: str) -> str:
    """13800138000 → 138****8000; shorter ones show two digits at the end."""
    number = number.strip()
    return _keep(number, 3, 4) if len(number) >= 11 else _keep(number, 0, 2)


def mask_id(number: str) -> str:
    """Of a document number the first three and last two characters, of a short one only the last."""
    number = number.strip()
    return _keep(number, 3, 2) if len(number) >= 12 else _keep(number, 0, 1)


def mask_address(address: str) -> str:
    """The first six characters (province and city), of a short one the first two."""
    address = address.strip()
    return _keep(address, 6, 0) if len(address) > 10 else _keep(address, 2, 0)


def _keep(text: str, head: int, tail: int) -> str:
    """The ends of a text with stars between; a text no longer than its ends is all stars."""
    if len(text) <= head + tail:
        return STAR * len(text)
    return text[:head] + STAR * (len(text) - head - tail) + (text[-tail:] if tail else "")


def mask_card(number: str) -> str:
    """Of a bank card the last four digits, of a short number only the last."""
    number = number.strip()
    return _keep(number, 0, 4) if len(number) >= 12 else _keep(number, 0, 1)


_BY_TYPE = {"name": mask_name, "phone": mask_phone, "id": mask_id, "card": mask_card, "address": mask_address}
MASKED = frozenset({"personal", "sensitive"})  # classes of which a mask may be shown; `important` shows nothing
HIDDEN = "***"


def mask_field(value: str, *, kind: str, klass: str) -> str:
    """A value as pages, exports and logs may show it: by its class, and within the class by its type.

    public and internal as they are; personal and sensitive by the mask of the type (a type without one: stars alone);
    important never, nor a class nobody knows.
    """
    if klass in ("public", "internal"):
        return value
    if klass not in MASKED:
        return HIDDEN
    masked = _BY_TYPE.get(kind)
    return masked(value) if masked is not None else (HIDDEN if value else "")
