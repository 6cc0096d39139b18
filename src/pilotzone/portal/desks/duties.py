"""待办 across the rooms: what waits for the caller's department today, counted by each room's own door; every figure opens its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from pilotzone.base.errors import Problem
from pilotzone.exchange.hub import agreements, corrections
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import AGENCY
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks import losses
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.plan import api as plan
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.services import api as services
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking import api as tracking


@dataclass(frozen=True)
class Duty:
    """How many of one thing wait (`n`), how many of them are past their day (`late`), and the address of the list."""

    words: str
    n: int
    path: str
    late: int = 0


def duties() -> list[Duty]:
    """What waits for the caller, in the order of the desks; a thing nobody waits for is shown as 0, not left out."""
    return [one for actions, count in _COUNTS if any(map(may, actions.split("|"))) for one in count()]


def _cases() -> Iterator[Duty]:
    lights = services.inbox_counts()
    yield Duty(_("件办件在本岗位"), sum(lights.values()), "/services/inbox/", lights["red"])


def _reviews() -> Iterator[Duty]:
    yield from _filings("confirmed", _("份企业备案待初审"))


def _decisions() -> Iterator[Duty]:
    yield from _filings("prereviewed", _("份企业备案待受理"))
    yield from _filings("changing", _("份企业备案变更待审核"))


def _filings(state: str, words: str) -> Iterator[Duty]:
    if may("filing.see"):
        found = registry.filings(registry.Wanted(state=state), page=1, size=1)["total"]
        late = registry.filings(registry.Wanted(state=state, overdue=clock.today()), page=1, size=1)["total"]
        yield Duty(words, found, f"{reverse('registry_filings')}?state={state}", late)


def _requests() -> Iterator[Duty]:
    yield from _agreements("checked", _("项数据共享申请待本单位审批"), own=True)
    n, late = corrections.waiting(_department())
    yield Duty(_("项数据校核待本单位答复"), n, f"{reverse('exchange_corrections')}?state=open", late)


def _checks() -> Iterator[Duty]:
    yield from _agreements("applied", _("项数据共享申请待平台审核"), own=False)


def _agreements(state: str, words: str, *, own: bool) -> Iterator[Duty]:
    found = [one for one in agreements.agreements(state=state) if not own or one["owner"] == _department()]
    yield Duty(words, len(found), f"{reverse('exchange_requests')}?state={state}", sum(one["late"] for one in found))


def _refunds() -> Iterator[Duty]:
    total = tax.refund_filings({"state": "queue"}, 1, 1, on=clock.today())["total"]
    yield Duty(_("份退（免）税申报在办"), total, f"{reverse('tax_refunds')}?state=queue")


def _receipts() -> Iterator[Duty]:
    yield Duty(_("笔收汇待银行办理"), fx.receipts({}, 1, 1)["waiting"], reverse("fx_queue"))


def _residuals() -> Iterator[Duty]:
    if _department() in tracking.RESIDUAL_OWNERS:
        asked = {"state": "open", "owner": _department()}
        total = tracking.residuals(asked, 1, 1)["total"]
        yield Duty(_("项对账差异待本单位说明"), total, f"{reverse('reconciliation')}?state=open&owner={_department()}")


def _disputes() -> Iterator[Duty]:
    yield Duty(_("项消费者争议待办结"), tax.disputes("open", 1, 1)["total"], reverse("office_disputes"))


def _losses() -> Iterator[Duty]:
    found = certificates.lost_since(clock.wall() - timedelta(days=losses.FRESH_DAYS))
    yield Duty(_("张证书近七日挂失"), found, f"{reverse('office_losses')}?state={losses.FRESH}")


def _questions() -> Iterator[Duty]:
    yield Duty(_("条留言待答复"), services.questions(state="open", size=1)["total"], "/help/mine/?state=open")


def _replays() -> Iterator[Duty]:
    yield Duty(_("件报文重放待批准"), services.replays("waiting", size=1)["total"], "/help/replays/?state=waiting")


def _doubts() -> Iterator[Duty]:
    today = clock.today()
    yield Duty(
        _("项数据核实企业已答复待办结"),
        statistics.waiting("answered", today)[0],
        f"{reverse('statistics_doubts')}?state=answered",
    )
    n, late = statistics.waiting("open", today)
    yield Duty(_("项数据核实待企业答复"), n, f"{reverse('statistics_doubts')}?state=open", late)


def _plan() -> plan.Plan | None:
    """The plan in force; None where its file cannot be read: the plan's own pages say why, the desk stays open."""
    try:
        return plan.plan_in_force()
    except Problem:
        return None


def _plan_reports() -> Iterator[Duty]:
    if (whole := _plan()) is None:
        return
    told = plan.waiting_of_body(whole, plan.work_rule(), clock.today(), current().unit_path)
    words = {"monthly": _("份工作月报待报送"), "actions": _("项议定事项待办结")}
    where = {
        "monthly": reverse("plan_monthly_mine"),
        "actions": f"{reverse('plan_actions')}?state=open&unit={current().unit_path}",
    }
    for key, found in told.items():
        yield Duty(words[key], found.n, where[key], found.late)


def _plan_decisions() -> Iterator[Duty]:
    words = {
        "reports": (_("份任务填报待核实"), f"{reverse('plan_reports')}?verdict=waiting"),
        "deadlines": (_("项时限变更待批准"), f"{reverse('plan_reports')}#deadlines"),
        "objections": (_("项亮灯异议待答复"), f"{reverse('plan_reports')}#objections"),
        "actions": (_("项议定事项待销号"), f"{reverse('plan_actions')}?state=said"),
        "appeals": (_("项考核申诉待办结"), reverse("plan_assessment")),
        "trainings": (_("期政府培训待核实"), f"{reverse('plan_trainings')}?state=waiting"),
        "centre": (_("份促进中心登记待核实"), f"{reverse('plan_centre')}?state=waiting"),
    }
    if (whole := _plan()) is None:
        return
    for key, found in plan.waiting_of_office(whole).items():
        yield Duty(words[key][0], found.n, words[key][1], found.late)


def _department() -> str:
    """The caller's department: the unit right below the zone; empty for who works for none."""
    actor = current()
    return ".".join(actor.unit_path.split(".")[:2]) if actor.kind == AGENCY else ""


_COUNTS: tuple[tuple[str, Callable[[], Iterator[Duty]]], ...] = (
    ("service.see", _cases),
    ("filing.review", _reviews),
    ("filing.decide", _decisions),
    ("share.decide", _requests),
    ("share.check", _checks),
    ("refund.decide", _refunds),
    ("fx.supervise", _receipts),
    ("recon.answer", _residuals),
    ("dispute.settle", _disputes),
    ("|".join(sorted(certificates.READ_LOSSES)), _losses),
    ("help.answer", _questions),
    ("document.replay", _replays),
    ("statistics.work", _doubts),
    ("report.fill", _plan_reports),
    ("report.review", _plan_decisions),
)
