"""What every department and county has of the action plan: its tasks, its reports, what meetings decided, its score."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.ui.menus.entries import Entry

PLAN = Entry(
    _("45项任务"),
    "/plan/",
    (
        Entry(_("节点与亮灯"), "/plan/lights/"),
        Entry(_("填报"), "/plan/reports/"),
        Entry(_("月报"), "/plan/monthly/"),
        Entry(_("例会与议定事项"), "/plan/meetings/"),
        Entry(_("联络员"), "/plan/liaisons/"),
        Entry(_("考核评分"), "/plan/assessment/"),
        Entry(_("政府部门专项培训"), "/plan/trainings/"),
        Entry(_("工作通报"), "/plan/notices/"),
        Entry(_("促进中心"), "/plan/centre/"),
    ),
    action="aggregate.see",
)
