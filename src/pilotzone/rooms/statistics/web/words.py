"""Words of the statistics' pages in the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel.access.models import Unit
from pilotzone.reference.codes import entry


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def said(one: object, field: str = "") -> str:
    """The zh or en of anything that has both; `field`: of `field_zh`, `field_en`."""
    name = "en" if english() else "zh"
    return str(getattr(one, f"{field}_{name}" if field else name))


def coverages() -> dict[str, str]:
    """The three coverages; never added up."""
    return {"port": _("口岸口径"), "registered": _("属地口径"), "platform": _("平台口径")}


def stages() -> dict[str, str]:
    """The vintages."""
    return {"preliminary": _("初步数"), "revised": _("修订数"), "final": _("最终数")}


def states() -> dict[str, str]:
    """How a release stands."""
    return {"announced": _("已预告"), "computed": _("已编制"), "published": _("已公布")}


def flows() -> dict[str, str]:
    """Directions."""
    return {"": _("进出口合计"), "E": _("出口"), "I": _("进口")}


def dimensions() -> dict[str, str]:
    """What figures are broken down by."""
    return {
        "": _("合计"), "mode": _("监管方式"), "country": _("国家（地区）"), "hs2": _("商品章"), "hs4": _("四位品目"), "hs6": _("六位子目"),
        "hs8": _("八位税号"), "unit": _("县区"), "transport": _("运输方式"), "month": _("月份"),
    }  # fmt: skip


def units() -> dict[str, str]:
    """Units of measure."""
    return {"cny": _("元"), "usd": _("美元"), "count": _("个"), "ratio": _("比率")}


def codes(dimension: str, every: set[str], on: date) -> dict[str, str]:
    """The names of codes; a code nobody knows stays itself."""
    if dimension == "unit":
        names = {unit.path: unit.named(get_language()) for unit in Unit.objects.filter(path__in=every)}
        return {code: names.get(code, code) or _("区外或未登记") for code in every}
    return {code: _code(dimension, code, on) for code in every}


def _code(dimension: str, code: str, on: date) -> str:
    if code == "other":
        return _("其他")
    if code in ("", "-"):
        return _("合计") if not dimension else _("未注明")
    if dimension in ("country", "transport"):
        try:
            return said(entry("country" if dimension == "country" else "transport_mode", code, on=on))
        except (Gap, Refused):
            return code
    return f"HS {code}" if dimension.startswith("hs") else code


def amount(value: Decimal | None, unit: str) -> Decimal | None:
    """A figure as it is shown: money to the cent, counts whole."""
    if value is None:
        return None
    return value.quantize(
        Decimal("0.01") if unit in ("cny", "usd") else Decimal(1) if unit == "count" else Decimal("0.0001")
    )
