"""Words of the plan's pages in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from pilotzone.kernel.access import units
from pilotzone.rooms.plan import api

UNITS = {
    "USD m": gettext_noop("百万美元"), "firms": gettext_noop("家"), "parks": gettext_noop("个园区"), "centres": gettext_noop("个中心"), "pieces": gettext_noop("件"), "kinds": gettext_noop("种"),
    "t": gettext_noop("吨"), "m2": gettext_noop("平方米"), "routes": gettext_noop("条航线"), "trains": gettext_noop("列"), "TEU": gettext_noop("标箱"), "projects": gettext_noop("个项目"),
    "person-times": gettext_noop("人次"), "incubators": gettext_noop("个孵化器"), "bases": gettext_noop("个基地"), "events": gettext_noop("次活动"), "events/park": gettext_noop("次/园区"),
}  # fmt: skip


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def said(one: object) -> str:
    """The zh or en of anything that has both."""
    return str(getattr(one, "en" if english() else "zh"))


def due(text: str) -> str:
    """A deadline as the annex prints it."""
    if text == api.LONG:
        return _("长期工作")
    year, month = text.split("-")
    if english():
        return text
    return f"{year}年底" if month == "12" else f"{year}年{int(month)}月"


def unit(key: str) -> str:
    """A unit of measure."""
    return key if english() else UNITS.get(key, key)


def kind(found: str) -> str:
    """Where evidence comes from, as the pages name it."""
    return {"records": _("平台记录"), "declared": _("填报并经核实"), "none": _("尚无")}[found]


def counts(found: str) -> str:
    """What the figure of a kind of target counts."""
    return {"annual": _("本年累计"), "new": _("本年新增"), "stock": _("期末数"), "total": _("方案实施以来累计")}[found]


def meeting(found: str) -> str:
    """The kind of a meeting."""
    return {"quarterly": _("季度例会"), "extraordinary": _("临时会议")}[found]


def held(found: str) -> str:
    """The state of a meeting."""
    return {"called": _("已召集"), "held": _("已召开"), "dropped": _("已取消")}[found]


def action(found: str) -> str:
    """The state of a decision."""
    return {"open": _("办理中"), "said": _("已报办结"), "closed": _("已销号"), "dropped": _("已取消")}[found]


def chase(found: str) -> str:
    """A step of the chase."""
    return {"remind": _("临近提醒"), "chase": _("到期催办"), "notice": _("情况通报")}[found]


def report(found: str) -> str:
    """How a monthly report stands."""
    return {
        "on_time": _("按时报送"), "late": _("迟报"), "open": _("未到期"), "near": _("临期"), "overdue": _("逾期未报"),
    }[found]  # fmt: skip


def score_part(found: str) -> str:
    """A part of a score."""
    return {
        "tasks": _("任务亮灯"), "targets": _("目标完成"), "reports": _("月报按时"), "actions": _("议定事项按时办结"),
    }[found]  # fmt: skip


def names(bodies: Sequence[str]) -> str:
    """Bodies as the official text names them; in English by their names in the unit data, where they have one."""
    if not english():
        return "、".join(bodies)
    known = {row["code"]: row["en"] for row in units.shipped()}
    return "; ".join(known.get(units.code_named(name) or "", name) for name in bodies)


def who_may(task: api.Task) -> str:
    """Who reports on a task, asks for another deadline of it and objects to its light."""
    bodies = names([*task.lead, *(one for one in task.participants if one not in task.lead)])
    return _("填报、申请变更时限和提出异议，由牵头或参加单位的联络员（县区为分平台管理员）办理：%(bodies)s。") % {
        "bodies": bodies
    }


def strength(found: str) -> str:
    """How strongly the text asks for something."""
    return {api.MUST: _("必须"), api.STRIVE: _("力争")}.get(found, found)


def where(found: str) -> str:
    """The place in the text a target is taken from (`工作任务26`)."""
    number = found.removeprefix("工作任务")
    return _("工作任务%(n)s") % {"n": number} if number.isdigit() else found
