"""单位价值指数: unit values and volumes of a month against a base, with coverage and caveats; page and CSV. For statisticians."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.reference.codes import entry
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.web import months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_of

ROWS = 50
DEFAULTS = {"coverage": "platform", "flow": "E", "digits": "8", "chapter": ""}
KINDS = {"laspeyres": "Laspeyres", "paasche": "Paasche", "fisher": "Fisher", "tornqvist": "Törnqvist"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The indices of the question in the address; what cannot be reckoned says why."""
    require("statistics.work")
    told: api.UnitValues | None = None
    problem: Refused | None = None
    try:
        told = _told(request.GET)
        problem = told.gap
    except Refused as why:
        problem = why
    rows, page = _products(told), lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_columns(), rows=rows[(page - 1) * ROWS : page * ROWS], total=len(rows), page=page, page_size=ROWS, query=request.GET,
        export_url=reverse("statistics_prices_export"), empty=_("没有可比的商品。"),
    )  # fmt: skip
    asked = _asked(request.GET)
    context = {
        "asked": asked, "told": told, "problem": problem, "listing": listing, "kinds": _kinds(told), "grounds": _grounds(told),
        "chapters": _chapters(told), "value": _percent(told.found.value) if told and told.found else "", "digits": api.UNIT_VALUE_DIGITS,
        "coverages": words.coverages().items(), "flows": [(key, words.flows()[key]) for key in ("E", "I")],
        "caveats": caveats(), "lacking": lacking(told), "rebuild": bool(told and told.unkept.rebuild), "algorithm": api.UNIT_VALUE_ALGORITHM, "broken": problem is not None and told is None,
    }  # fmt: skip
    return render(request, "statistics/prices.html", context, status=422 if context["broken"] else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Indices, coverage, caveats and products as CSV; every line says which of them it is."""
    require("statistics.work")
    try:
        told = _told(request.GET)
    except Refused as why:
        return HttpResponse(f"{why.code} {words.said(why)}", content_type="text/plain; charset=utf-8", status=422)
    asked = _asked(request.GET)
    audit.record(
        "statistics.prices.export",
        object_kind="list",
        object_id="statistics.unit_values",
        after={"month": asked["month"]},
    )
    lines = [[_("内容"), _("名称"), _("基期"), _("报告期"), _("单位价值指数"), _("物量指数"), _("说明")]]
    span = [f"{told.base:%Y-%m}", f"{told.month:%Y-%m}"]
    if told.gap:
        lines.append([_("不能计算的原因"), told.gap.code, *span, "", "", words.said(told.gap)])
    lines += [
        [_("指数"), row["name"], *span, row["price"], row["volume"], api.UNIT_VALUE_ALGORITHM] for row in _kinds(told)
    ]
    lines += [[_("商品章"), row["name"], *span, row["price"], row["volume"], row["share"]] for row in _chapters(told)]
    lines += [[_("覆盖"), row["name"], row["base"], row["now"], "", "", ""] for row in _grounds(told)]
    lines += [
        [_("商品"), row["name"], row["old"], row["new"], row["relative"], row["volume"], row["hidden"]]
        for row in _products(told)
    ]
    lines += [[_("没有法定数量"), text, "", "", "", "", ""] for text in [lacking(told)] if text]
    lines += [[_("注意事项"), text, "", "", "", "", ""] for text in caveats()]
    answer = StreamingHttpResponse(csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-unit-values.csv"'
    return answer


def lacking(told: api.UnitValues | None) -> str:
    """That lines of both months tell no legal quantity, and whether a rebuild finds it; empty where all do."""
    if told is None or not told.unkept.lines:
        return ""
    lines = {"lines": told.unkept.lines, "looked": api.UNKEPT_LOOKED}
    if told.unkept.rebuild:
        return (
            _(
                "两个月共有%(lines)s个商品行没有法定数量，其中有系统保存该数量以前记入、单证上填有的；由系统管理员运行 pilotzone rebuild statistics 后计入。"
            )
            % lines
        )
    return (
        _(
            "两个月共有%(lines)s个商品行没有法定数量：所查的最早%(looked)s份单证没有填第一法定数量，重建（pilotzone rebuild statistics）也不会补上。"
        )
        % lines
    )


def caveats() -> list[str]:
    """What the reader must know of unit values."""
    return [
        _("单位价值随商品构成、品质、品牌和包装变化，不是纯价格；不得称为价格指数。"),
        _("只用两个月都有、带第一法定单位数量的商品行；新出现和消失的商品不计入。"),
        _("企业太少或由一两家主导的商品整个不计入任何指数，也不列出其数。"),
        _("退货不冲减；进口按CIF、出口按FOB，以当月汇率折成人民币。"),
    ]


def _told(typed: Mapping[str, str]) -> api.UnitValues:
    asked = _asked(typed)
    month, base = months.month_of(asked["month"]), months.month_of(asked["base"])
    if month is None or base is None or not asked["digits"].isascii() or not asked["digits"].isdigit():
        raise refused("statistics.index.question", what="month, base, digits")
    return api.unit_values(
        base=base, month=month, coverage=asked["coverage"], flow=asked["flow"], on=clock.today(), digits=int(asked["digits"]),
        chapter=asked["chapter"],
    )  # fmt: skip


def _asked(typed: Mapping[str, str]) -> dict[str, str]:
    """The question as typed; the month before today and the same month of the year before where none is."""
    told = {name: typed.get(name, other).replace("\0", "")[:20].strip() for name, other in DEFAULTS.items()}
    told["month"] = typed.get("month", "").replace("\0", "")[:20] or f"{months.before(clock.today()):%Y-%m}"
    month = months.month_of(told["month"])
    year = f"{date(month.year - 1, month.month, 1):%Y-%m}" if month else ""
    return told | {"base": typed.get("base", "").replace("\0", "")[:20] or year}


def _kinds(told: api.UnitValues | None) -> list[dict[str, str]]:
    if told is None or told.found is None:
        return []
    found = told.found
    return [
        {"name": name, "price": _percent(found.prices[key]), "volume": _percent(found.volumes[key])}
        for key, name in KINDS.items()
    ]


def _chapters(told: api.UnitValues | None) -> list[dict[str, str]]:
    if told is None or told.found is None:
        return []
    parts = api.unit_value_chapters(told.found)
    return [
        {"name": f"HS {code}", "price": _percent(price), "volume": _percent(amount), "share": f"{share:.1%}"}
        for code, (price, amount, share) in parts.items()
    ]


def _grounds(told: api.UnitValues | None) -> list[dict[str, str]]:
    """Which part of both months entered, and what of it could not."""
    if told is None:
        return []
    old, new = told.grounds
    rows: list[tuple[str, ...]] = [(_("商品行"), f"{old.lines}", f"{new.lines}")]
    rows.append((_("没有汇率或金额的商品行"), f"{old.unvalued}", f"{new.unvalued}"))
    for name, field in ((_("没有法定数量"), "unmeasured"), (_("商品编码太短"), "short")):
        rows.append((name, *(_part(getattr(one, field), getattr(one, f"{field}_cny"), one) for one in (old, new))))
    if told.found is not None:
        both = (told.found.base, told.found.now)
        rows.append(
            (_("单位价值异常而剔除"), *(_share(used.outliers, one) for used, one in zip(both, (old, new), strict=True)))
        )
        rows.append(
            (_("计入指数的金额比重"), *(_share(used.entered, one) for used, one in zip(both, (old, new), strict=True)))
        )
        counted = sum(1 for one in told.found.products if one.unit_values)
        rows.append((_("计入的商品数"), f"{counted}", f"{counted}"))
        rows.append((_("因保密不计入的商品数"), f"{told.found.hidden}", f"{told.found.hidden}"))
        rows.append((_("只在一个月出现的商品数"), f"{told.found.single}", f"{told.found.single}"))
    return [{"name": name, "base": before, "now": after} for name, before, after in rows]


def _part(lines: int, cny: Any, ground: api.UnitValueGround) -> str:
    return f"{lines} ({_share(float(cny), ground)})"


def _share(value: float, ground: api.UnitValueGround) -> str:
    return f"{value / float(ground.cny):.1%}" if ground.cny else "—"


def _products(told: api.UnitValues | None) -> list[dict[str, str]]:
    if told is None or told.found is None:
        return []
    rows = []
    for one in told.found.products:
        code, _slash, unit = one.code.partition("/")
        row = {
            "id": one.code,
            "name": f"HS {code}",
            "unit": _unit(unit, told.month),
            "old": "—",
            "new": "—",
            "relative": "—",
            "volume": "—",
        }
        if one.unit_values and one.quantities and one.relative:
            row |= {
                "old": f"{one.unit_values[0]:.2f}", "new": f"{one.unit_values[1]:.2f}", "relative": _percent(one.relative),
                "volume": _percent(one.quantities[1] / one.quantities[0]),
            }  # fmt: skip
        rows.append(row | {"hidden": "" if one.unit_values else _("已隐去"), "name": f"HS {code} · {row['unit']}"})
    return rows


def _unit(code: str, on: date) -> str:
    try:
        return words.said(entry("unit", code, on=on))
    except (Gap, Refused):
        return code


def _percent(value: float) -> str:
    return f"{value * 100:.2f}"


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("商品")), lists.Column("old", _("基期单位价值（元）"), lists.NUMBER), lists.Column("new", _("单位价值（元）"), lists.NUMBER),
        lists.Column("relative", _("单位价值指数"), lists.NUMBER), lists.Column("volume", _("物量指数"), lists.NUMBER), lists.Column("hidden", _("是否隐去")),
    ]  # fmt: skip
