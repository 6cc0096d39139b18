"""What somebody typed into a filter, made harmless: text, a day, a number. Nonsense is named, never asked of the database."""

from __future__ import annotations

from datetime import date

LONGEST = 80
LARGEST = 2**63 - 1


def clean(text: str | None) -> str:
    """The text without what is no character to PostgreSQL, at most LONGEST of it."""
    return (text or "").replace("\0", "").strip()[:LONGEST]


def day(text: str, wrong: list[str]) -> date | None:
    """The day; None where there is none, and then, if something was typed, it is added to `wrong`."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong.append(text)
        return None


def number(text: str | None) -> int | None:
    """A row's number; None for anything else."""
    told = text or ""
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None
