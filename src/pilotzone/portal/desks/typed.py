"""What somebody typed into a filter or a form, made harmless: text, a day, a number. Nonsense is named, never asked of the database."""

from __future__ import annotations

from datetime import date

from pilotzone.base.errors import Refused

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


def day_since(text: str, *, field: str = "since") -> date:
    """The day a form says something counts from. Refused `desk.day`: no other day is put in its place."""
    asked = clean(text)
    try:
        return date.fromisoformat(asked)
    except ValueError:
        raise Refused(
            code="desk.day", zh=f"无法识别的日期：{asked}。" if asked else "请填写起始日期。",
            en=f"This is no day that can be read: {asked}." if asked else "Name the day it begins.",
            mend_zh="日期写作 2021-11-11。", mend_en="Write it as 2021-11-11.", fields={field: asked},
        ) from None  # fmt: skip


def number(text: str | None) -> int | None:
    """A row's number; None for anything else."""
    told = text or ""
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None
