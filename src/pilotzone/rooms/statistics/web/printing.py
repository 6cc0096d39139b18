"""A published month as a sealed PDF in zh or en: every number with vintage, coverage and version of its definition, and charts.

Its digest is the one of the signed release file, whose content is sealed in it, and its code leads to the page of the same month,
where that digest stands.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from pilotzone.kernel import clock
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import bulletin, growth, indices, words
from pilotzone.ui.numbers import grouped, money
from pilotzone.ui.paper import drawing, seal
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, fact

KIND = "statistics.bulletin"


def pdf(one: Any, coverage: str, language: str, *, root: str, of: date | None = None) -> bytes:
    """The bulletin of a release in one coverage, districts on the boundaries of `of`; the same bytes for the same. Unavailable `paper.font` and as drawing says."""
    sheet = sheet_of(one, coverage, of).as_dict()
    month = f"{one.month:%Y-%m}"
    query = urlencode({"month": month, "coverage": coverage} | ({"boundaries": "now"} if of else {}))
    address = f"{root.rstrip('/')}{reverse('statistics')}?{query}"
    zone = settings.ZONE_NAMES[language]
    printed = drawing.Printed(
        sheet=sheet, language=language, zone=zone, issuer=zone, number=f"{month}-{one.stage}-{coverage}" + (f"-{of}" if of else ""), digest=one.digest,
        verify=address, issued_at=one.published_at, demo=clock.is_demo(),
    )  # fmt: skip
    statement = {
        "number": printed.number, "kind": KIND, "code": "", "digest": one.digest, "issued_at": one.published_at.isoformat(),
        "language": language, "address": address, "content": api.content(one),
    }  # fmt: skip
    return seal.sealed(drawing.pdf([printed]), [statement])


def sheet_of(one: Any, coverage: str, of: date | None = None) -> Sheet:
    """What stands in the bulletin, in the reader's language; districts on the boundaries of `of`."""
    rows = api.figures_on(api.figures([one], coverage=coverage), of=of)
    grown, linked = growth.of(one, coverage), indices.of(one, coverage)
    return Sheet(
        title=_("月度统计发布"),
        lead=f"{one.month:%Y-%m} · {words.stages()[one.stage]} · {words.coverages()[coverage]}",
        facts=[
            fact(_("报告期"), f"{one.month:%Y-%m}"), fact(_("公布阶段"), words.stages()[one.stage]), fact(_("口径"), words.coverages()[coverage]),
            fact(_("公布日"), one.published_on), fact(_("海关同意"), one.consent),
        ],
        tables=[
            _heads(rows), *([_grown(grown["rows"])] if grown["rows"] else []), *(_linked(linked) if linked["heads"] else []),
            *(_grouped(table) for table in bulletin.tables(rows, one.month)),
        ],
        charts=[chart for chart in bulletin.charts(one.month, coverage, rows) if not chart.empty],
        notes=_notes(one.rule, of, grown["gap"], linked),
        stamp={"sha256": one.digest},
    )  # fmt: skip


def _notes(rule: dict[str, Any], of: date | None, gap: Any, linked: dict[str, Any]) -> list[str]:
    """What stands under the tables: source, secrecy, boundaries, the versions of the algorithms, what growth and indices lack."""
    notes = [
        _("海关放行数据按月汇总，经海关同意后按预告的日期公布；三种口径各自公布，不相加。"),
        _("企业少于%(n)s家或由一两家主导的数隐去，另隐去必要的数，使合计与前期公布推算不出（标记%(tag)s）。")
        % {"n": rule.get("fewest", "—"), "tag": rule.get("tag", "P")},
        words.boundary_note(of),
        f"{rule.get('algorithm', '')} · {rule.get('disclosure', '')} · {rule.get('hidden', 0)}/{rule.get('cells', 0)}",
    ]
    if gap:
        notes.append(f"{_('季节调整增速')}: {words.said(gap)}")
    return [*notes, indices.caveat(), *linked["ended"]] if linked["heads"] else notes


def _heads(rows: list[api.Told]) -> Table:
    definitions = {row.key: row for row in api.indicators()}
    return Table(
        _("主要指标"),
        [Column(_("指标"), share=1.5), Column(_("数值"), RIGHT), Column(_("计量单位"), share=0.5), Column(_("定义"), share=2.4), Column(_("指标版本"), share=0.6)],
        [
            [row["name"], _shown(row["value"], row["hidden"], row["money"]), row["unit"], words.said(definitions[row["key"]], "definition"), row["version"]]
            for row in bulletin.headlines(rows)
        ],
    )  # fmt: skip


def _grouped(table: dict[str, Any]) -> Table:
    return Table(
        f"{_('按分组')}: {table['title']}",
        [Column(table["title"], share=1.6), Column(_("出口（元）"), RIGHT), Column(_("进口（元）"), RIGHT)],
        [[line["name"], *(_shown(cell["value"], cell["hidden"], True) for cell in line["cells"])] for line in table["lines"]],
    )  # fmt: skip


def _grown(rows: list[dict[str, Any]]) -> Table:
    head = [
        Column(_("指标"), share=1.5),
        *(Column(name, RIGHT) for name in (_("原值"), words.adjusted(), _("原值同比"), _("季调后环比"))),
    ]
    return Table(
        f"{_('季节调整增速')} ({rows[0]['algorithm']})", head,
        [[row["name"], money(row["value"]), money(row["adjusted"]), row["yearly"], row["monthly"]] for row in rows],
    )  # fmt: skip


def _linked(told: dict[str, Any]) -> list[Table]:
    heads = told["heads"]
    return [
        Table(
            f"{_('单位价值与物量指数')} ({told['algorithm']})",
            [Column(_("指标"), share=1.3), Column(_("本月（上月=100）"), RIGHT), Column(_("链式指数"), RIGHT), Column(_("基期（=100）"), share=0.7),
             Column(_("计入金额的比重"), share=0.8), Column(_("定义"), share=2.6), Column(_("指标版本"), share=0.5)],
            [[row["name"], _noted(row["month"]), row["level"]["text"], row["base"], row["covered"], row["definition"], row["version"]] for row in heads],
        ),
        Table(
            _("各月链式指数"),
            [Column(_("月份"), share=0.8), *(Column(f"{row['name']} {row['first']}=100", RIGHT) for row in heads)],
            [[row["month"], *(_noted(cell) for cell in row["cells"])] for row in told["rows"]],
        ),
    ]  # fmt: skip


def _noted(cell: dict[str, str]) -> str:
    return f"{cell['text']} ({cell['note']})" if cell["note"] else cell["text"]


def _shown(value: Any, hidden: bool, is_money: bool) -> str:
    if hidden:
        return _("已隐去")
    return "—" if value is None else money(value) if is_money else grouped(value)
