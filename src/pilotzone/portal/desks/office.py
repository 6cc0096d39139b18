"""The zone office and the county officers: protected figures and the doors to what they keep; never an order or a buyer."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import DISTRICT, ZONE
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.desks.duties import duties
from pilotzone.rooms.tracking import api as tracking
from pilotzone.ui.menus import DEMONSTRATION, stands
from pilotzone.ui.states import in_life, state_of

DAYS = 7
DOORS = (
    ("aggregate.see", noop("脱敏汇总"), "/office/figures/"),
    ("access.manage", noop("单位登记"), "/accounts/firms/"),
    ("access.manage", noop("人员与岗位"), "/accounts/people/"),
    ("firm.suspend", noop("暂停企业"), "/office/suspensions/"),
    ("certificate.manage", noop("证书挂失通报"), "/office/losses/"),
    ("", noop("权限矩阵"), "/accounts/matrix/"),
    ("reference.load", noop("商品资料加载"), "/reference/goods/"),
    ("letters.see", noop("接口监测"), "/platform/letters/"),
    ("audit.read", noop("日志与取证"), "/audit/"),
    ("platform.run", noop("对方仿真"), "/platform/simulators/"),
    ("clock.move", noop("演示时钟"), "/clock/"),
    ("", noop("首次使用清单"), "/accounts/steps/"),
)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """A week of the zone by day and state, and what the caller may do here."""
    if current().kind not in (ZONE, DISTRICT):
        require("access.manage")
    today = clock.today()
    days = [today - timedelta(days=back) for back in range(DAYS)]
    boards = [(day, {one["key"]: one["value"] for one in tracking.today_board(day)["counters"]}) for day in days]
    demo = clock.is_demo()
    states = sorted({state for _day, counts in boards for state in counts}, key=in_life)
    context = {
        "states": [_(state_of(state).word) for state in states],
        "rows": [(day, [counts.get(state, 0) for state in states]) for day, counts in boards],
        "duties": duties(),
        "doors": [
            (_(word), path)
            for action, word, path in DOORS
            if stands(path) and (not action or may(action)) and (demo or path not in DEMONSTRATION)
        ],
    }
    return render(request, "desks/office.html", context)
