"""The three ways in which reference data can be missing: unknown, not yet in force, ended."""

from __future__ import annotations

from datetime import date

from pilotzone.base.errors import Gap


def missing(what_zh: str, what_en: str) -> Gap:
    """Nobody has entered it."""
    return Gap(
        code="reference.missing",
        zh=f"参考数据缺失：{what_zh}",
        en=f"No reference data: {what_en}",
        source="PilotZone reference",
        whose="zone",
        mend_zh="由综试区在本地数据(PILOTZONE_HOME/data)中补充，并注明文件依据",
        mend_en="The zone adds it to its own data (PILOTZONE_HOME/data) with the document it rests on",
    )


def not_yet(what_zh: str, what_en: str, *, on: date, first: date) -> Gap:
    """Known, but only from a later day."""
    return Gap(
        code="reference.not_yet",
        zh=f"{what_zh}在{on}尚无规定，最早自{first}起",
        en=f"{what_en} has no value on {on}; the first is from {first}",
        source="PilotZone reference",
        whose="zone",
    )


def ended(what_zh: str, what_en: str, *, on: date, since: date, document: str = "") -> Gap:
    """Was valid, is no longer."""
    return Gap(
        code="reference.ended",
        zh=f"{what_zh}自{since}起不再有效，{on}无可用值",
        en=f"{what_en} ended on {since}; nothing is valid on {on}",
        source=document or "PilotZone reference",
        whose="zone",
    )
