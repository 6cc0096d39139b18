"""What can go wrong when somebody asks for a timeline."""

from __future__ import annotations

from pilotzone.base.errors import Refused


def not_found(number: str) -> Refused:
    """No trade knows this number (or none the caller may see)."""
    return Refused(
        code="tracking.not_found",
        zh=f"没有找到单号“{number}”。请核对单号；刚提交的单证通常几秒后可查。",
        en=f"No trade with the number “{number}”. Check the number; documents just sent appear within seconds.",
        source="docs/glossary.md 一键跟踪",
    )


def bad_number() -> Refused:
    """What was typed cannot be a number of a trade."""
    return Refused(
        code="tracking.bad_number",
        zh="请输入 4 至 80 个字符的单号（字母、数字及 - _ . / |）。",
        en="Enter a number of 4 to 80 characters (letters, digits and - _ . / |).",
        source="CEB spec §3: the longest number, logisticsNo, has 80 characters",
    )
