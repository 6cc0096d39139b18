"""Words of the statistics' pages in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel.access.models import Unit
from pilotzone.reference.codes import entry
from pilotzone.rooms.statistics import api

MYRIAD, SMALL = 10_000, Decimal(100_000)
_LISTS = {"country": "country", "transport": "transport_mode", "mode": "trade_mode"}


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


def superseded(stands: tuple[str, bool]) -> str:
    """Why figures are published no more: the kind in their place, and whether it is out."""
    stage, out = stands
    said = _("%(stage)s已公布，不再公布") if out else _("已过公布时间，应公布%(stage)s")
    return said % {"stage": stages()[stage]}


def flows() -> dict[str, str]:
    """Directions."""
    return {"": _("进出口合计"), "E": _("出口"), "I": _("进口")}


def dimensions() -> dict[str, str]:
    """What figures are broken down by."""
    return {
        "": _("合计"), "mode": _("监管方式"), "country": _("国家（地区）"), "region": _("国家组"), "hs2": _("商品章"), "hs4": _("四位品目"), "hs6": _("六位子目"),
        "hs8": _("八位税号"), "unit": _("县区"), "transport": _("运输方式"), "month": _("月份"),
    }  # fmt: skip


def standings() -> dict[str, str]:
    """How a self-report stands."""
    return {"open": _("未到期"), "near": _("临近截止"), "overdue": _("已逾期"), "on_time": _("按时"), "late": _("迟报")}


def findings_of(keys: Iterable[str]) -> list[str]:
    """What the edit checks said of a report; a check the form has no more stays its key."""
    known = {check.key: said(check) for form in api.forms() for check in form.checks}
    return [known.get(key, key) for key in keys]


def verdicts() -> dict[str, str]:
    """What came of a figure beside port and platform."""
    return {
        "agrees": _("相符"), "query": _("待核实"), "replaced": _("以口岸数替代"), "port_wins": _("口岸数大，取口岸数"), "missing": _("未报"),
        "unseen": _("他处未见"),
    }  # fmt: skip


def doubt_states() -> dict[str, str]:
    """How a query of a figure stands."""
    return {"open": _("待企业答复"), "answered": _("企业已答复"), "closed": _("已办结")}


def turns() -> dict[str, str]:
    """What was done in a turn of a query."""
    return {
        "asked": _("发出核实"), "again": _("再次核实"), "confirmed": _("确认原数"), "corrected": _("已更正报表"), "closed": _("办结"),
    }  # fmt: skip


def causes(keys: Iterable[str]) -> list[str]:
    """Why a figure was queried: edit checks, and the verdict beside port and platform."""
    told = verdicts()
    return [
        told.get(key.removeprefix("mirror."), key) if key.startswith("mirror.") else findings_of([key])[0]
        for key in keys
    ]


def decisions() -> dict[str, str]:
    """How a candidate of recognition stands."""
    return {"open": _("待判断"), "confirmed": _("确认线上成交"), "refused": _("非线上成交")}


def findings() -> dict[str, str]:
    """What the rule says of a candidate."""
    return {"online": _("识别为线上成交"), "review": _("需人工判断")}


def index_gaps() -> dict[str, str]:
    """Why a month has no link of its indices, by code; empty where the month was not published with one."""
    return {
        "": _("没有公布"), "statistics.index.quantity": _("没有带法定数量的商品行"), "statistics.index.unmatched": _("与上月没有共同的商品"),
        "statistics.index.protected": _("共同的商品都须保密"), "statistics.index.lines": _("商品行过多，没有计算"),
        "statistics.index.cell": _("本月总值须保密"), "statistics.index.base": _("上月总值须保密"),
    }  # fmt: skip


def regions() -> dict[str, str]:
    """Groups of countries."""
    return {one.key: said(one) for one in api.regions()} | {"rest": _("世界其他地区")}


def units() -> dict[str, str]:
    """Units of measure."""
    return {"cny": _("元"), "usd": _("美元"), "count": _("个"), "ratio": _("比率"), "index": _("指数")}


def unit(key: str) -> str:
    """A unit of measure in words; one nobody translated stays itself."""
    more = {
        "percent": _("百分比"), "day": _("天"), "hour": _("小时"), "m2": _("平方米"), "tonne": _("吨"), "teu": _("标准箱"),
        "cny_per_order": _("元/单"), "points": _("分"),
    }  # fmt: skip
    return units().get(key) or more.get(key, key)


def codes(dimension: str, every: set[str], on: date) -> dict[str, str]:
    """The names of codes; a code nobody knows stays itself."""
    if dimension == "unit":
        names = {unit.path: unit.named(get_language()) for unit in Unit.objects.filter(path__in=every)}
        return {code: names.get(code, code) or _("区外或未登记") for code in every}
    return {code: _code(dimension, code, on) for code in every}


def _code(dimension: str, code: str, on: date) -> str:
    if dimension == "region":
        return regions().get(code, code)
    if code.startswith("other"):
        beside = code.partition(".")[2]
        return _("其他") + (f"（{regions().get(beside, beside)}）" if beside else "")
    if code in ("", "-"):
        return _("合计") if not dimension else _("未注明")
    if dimension in _LISTS:
        try:
            name = said(entry(_LISTS[dimension], code, on=on))
        except (Gap, Refused):
            return code
        return f"{code} {name}" if dimension == "mode" else name
    return f"HS {code}" if dimension.startswith("hs") else code


def adjusted() -> str:
    """The name of adjusted values."""
    return _("季节调整后")


def boundaries() -> list[tuple[str, str]]:
    """On which boundaries districts are shown."""
    return [("then", _("按当时区划")), ("now", _("按现行区划"))]


def boundary_note(of: date | None) -> str:
    """On the boundaries of which day the figures by district stand."""
    return (
        _("县区数按各月当时的区划。")
        if of is None
        else _("县区数按%(day)s起的区划，以前的数按变动归并；各县区合计不变。") % {"day": of}
    )


def rate(value: Decimal | None) -> str:
    """A growth as a signed percentage; empty where there is none."""
    return "" if value is None else f"{value:+.1%}"


def scale(values: Iterable[Decimal | None]) -> tuple[str, int]:
    """In what a chart of amounts in yuan is drawn, and by what they are divided: small ones are not drawn as parts of 万元."""
    most = max((abs(value) for value in values if value is not None), default=Decimal(0))
    return (_("元"), 1) if most < SMALL else (_("万元"), MYRIAD)


def drawn(value: Decimal | None, by: int) -> float | None:
    """An amount as a chart draws it."""
    return None if value is None else round(float(value) / by, 2)


def amount(value: Decimal | None, unit: str) -> Decimal | None:
    """A figure as it is shown: money to the cent, counts whole."""
    if value is None:
        return None
    return value.quantize(
        Decimal("0.01") if unit in ("cny", "usd") else Decimal(1) if unit == "count" else Decimal("0.0001")
    )
