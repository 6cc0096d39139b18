"""The indices of a published month for its bulletin on page, PDF and workbook: on the month before, and chained over the year."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from pilotzone.kernel.access.doors import may
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words


def of(one: Any, coverage: str) -> dict[str, Any]:
    """`heads`: an index each, with its month, base, coverage and version; `rows`: the months of the chain with a cell an index.

    Empty where the release says nothing of indices. A cell is its `text` and a `note`: why there is no number, or a base of its own.
    """
    every = api.chains(one, coverage)
    definitions = {row.key: row for row in api.indicators()}
    months = sorted({point.period for chain in every for point in chain.points})
    return {
        "heads": [_head(chain, definitions[chain.indicator]) for chain in every],
        "rows": [{"month": month, "cells": [_cell(chain, month) for chain in every]} for month in months],
        "algorithm": one.rule.get("links", {}).get("algorithm", ""),
        "ended": [_ended(chain, definitions[chain.indicator]) for chain in every if chain.ended],
    }


def overtaken(one: Any, coverage: str) -> list[str]:
    """What is to be said of indices that stand published out of a month whose sum was hidden afterwards; for the page alone, papers stay."""
    return [
        _("%(flow)s：上月（%(month)s）的总值已在%(day)s公布的%(stage)s中隐去。本月指数是此前公布的，保持原样；下一次公布起不再给出，也不再连入以后各月的链式指数。")
        % {
            "flow": words.flows()[{"export": "E", "import": "I"}[side]], "month": f"{later.month:%Y-%m}",
            "day": later.published_on, "stage": words.stages()[later.stage],
        }
        for side, later in api.overtaken(one, coverage)
    ]  # fmt: skip


def covered(step: Decimal | None) -> str:
    """The step of the part that entered, as it is told."""
    if step is None:
        return "—"
    return _("%(part)s以上") % {"part": f"{step:.0%}"} if step else _("不足%(part)s") % {"part": "25%"}


def caveat() -> str:
    """What the reader must know."""
    return _(
        "以各月与上月的费雪指数逐月连接，基期为100；没有共同商品或须保密的月份留空，其后以该月为新基期。单位价值不是纯价格，企业太少或由一两家主导的商品不计入。"
    )


def unkept(month: date) -> dict[str, Any]:
    """For who works on statistics alone: `text`, that lines of a month and the month before tell no legal quantity, empty where all
    do; `rebuild`, whether a rebuild finds any."""
    if not may("statistics.work"):
        return {"text": "", "rebuild": False}
    found = api.lacking([(month - timedelta(days=1)).replace(day=1), month])
    text = _("本月与上月有%(lines)s个商品行没有第一法定单位的数量，不计入指数。") % {"lines": found.lines}
    return {"text": text if found.lines else "", "rebuild": found.rebuild}


def _ended(chain: api.Chain, definition: api.Indicator) -> str:
    why = words.index_gaps()[chain.gaps.get(chain.points[-1].period, "")]
    return _("%(name)s：%(stage)s曾公布本月指数，本期起不再公布（%(why)s）；已公布的那一期保持原样。") % {
        "name": _short(definition), "stage": words.stages()[chain.ended], "why": why,
    }  # fmt: skip


def _short(definition: api.Indicator) -> str:
    return words.said(definition).split("（" if not words.english() else " (", 1)[0]


def _head(chain: api.Chain, definition: api.Indicator) -> dict[str, Any]:
    last = chain.points[-1]
    return {
        "key": chain.indicator, "name": _short(definition), "definition": words.said(definition, "definition"), "version": definition.version,
        "month": _cell(chain, last.period, link=True), "level": _cell(chain, last.period), "first": chain.points[0].period,
        "base": last.base, "covered": covered(chain.step),
    }  # fmt: skip


def _cell(chain: api.Chain, month: str, *, link: bool = False) -> dict[str, str]:
    places = {point.period: at for at, point in enumerate(chain.points)}
    if month not in places:
        return {"text": "—", "note": ""}
    point = chain.points[places[month]]
    gap = chain.gaps.get(month, "")
    if month in chain.hidden:
        return {"text": _("已隐去"), "note": words.index_gaps().get(gap, gap) if gap else ""}
    if point.level is None:
        return {"text": "—", "note": words.index_gaps().get(gap, gap)}
    if link:
        before = chain.points[places[month] - 1].level or 1.0  # a gap is the base of what follows
        return {"text": f"{point.level / before * 100:.2f}", "note": ""}
    return {
        "text": f"{point.level * 100:.2f}",
        "note": f"{point.base}=100" if point.base != chain.points[0].period else "",
    }
