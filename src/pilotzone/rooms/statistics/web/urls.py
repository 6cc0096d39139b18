"""The room's addresses, below /statistics/."""

from django.urls import path, re_path

from pilotzone.rooms.statistics.web import bulletin, desk, explorer

urlpatterns = [
    path("", bulletin.show, name="statistics"),
    path("indicators/", bulletin.definitions, name="statistics_indicators"),
    path("structure.json", bulletin.structure, name="statistics_structure"),
    re_path(
        r"^(?P<month>\d{4}-\d\d)/(?P<stage>[a-z]+)/(?P<form>csv|xlsx|sdmx\.json|release\.json)$", bulletin.export,
        name="statistics_export",
    ),
    path("explore/", explorer.show, name="statistics_explore"),
    path("explore.csv", explorer.export, name="statistics_explore_export"),
    path("desk/", desk.show, name="statistics_desk"),
    path("desk/reports.csv", desk.reports_export, name="statistics_reports_export"),
    re_path(r"^desk/(?P<number>\d{1,18})/(?P<verb>compute|consent|publish)/$", desk.act, name="statistics_act"),
    path("mine/", desk.mine, name="statistics_mine"),
]  # fmt: skip
