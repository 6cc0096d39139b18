"""The room's addresses, below /statistics/."""

from django.urls import path, re_path

from pilotzone.rooms.statistics.web import (
    bulletin,
    collecting,
    desk,
    explorer,
    files,
    indicators,
    measuring,
    recognition,
    surveys,
)

urlpatterns = [
    path("", bulletin.show, name="statistics"),
    path("indicators/", indicators.show, name="statistics_indicators"),
    path("indicators/<slug:key>/", indicators.one, name="statistics_indicator"),
    re_path(r"^structure\.(?P<form>json|xml)$", files.structure, name="statistics_structure"),
    re_path(
        r"^(?P<month>\d{4}-\d\d)/(?P<stage>[a-z]+)/(?P<form>csv|xlsx|pdf|sdmx\.json|sdmx\.xml|release\.json)$", files.export,
        name="statistics_export",
    ),
    path("explore/", explorer.show, name="statistics_explore"),
    path("explore.csv", explorer.export, name="statistics_explore_export"),
    path("desk/", desk.show, name="statistics_desk"),
    path("desk/reports.csv", desk.reports_export, name="statistics_reports_export"),
    re_path(r"^desk/(?P<number>\d{1,18})/(?P<verb>compute|consent|publish)/$", desk.act, name="statistics_act"),
    path("mine/", desk.mine, name="statistics_mine"),
    path("mine/report.xlsx", collecting.template, name="statistics_sheet"),
    path("mine/upload/", collecting.upload, name="statistics_upload"),
    path("desk/collection/", collecting.show, name="statistics_collection"),
    path("desk/collection/export.csv", collecting.export, name="statistics_collection_export"),
    path("desk/collection/remind/", collecting.remind, name="statistics_remind"),
    path("desk/mirror/", collecting.mirror, name="statistics_mirror"),
    path("desk/mirror/export.csv", collecting.mirror_export, name="statistics_mirror_export"),
    path("desk/measured/", measuring.show, name="statistics_measured"),
    path("desk/measured/export.csv", measuring.export, name="statistics_measured_export"),
    path("desk/online/", recognition.show, name="statistics_online"),
    path("desk/online/export.csv", recognition.export, name="statistics_online_export"),
    path("desk/online/take/", recognition.take, name="statistics_online_take"),
    path("mine/online/", recognition.mine, name="statistics_online_mine"),
    path("mine/online/export.csv", recognition.mine_export, name="statistics_online_mine_export"),
    path("online/<int:number>/", recognition.one, name="statistics_candidate"),
    path("surveys/", surveys.show, name="statistics_surveys"),
    path("surveys/export.csv", surveys.export, name="statistics_surveys_export"),
    path("surveys/<int:number>/", surveys.one, name="statistics_survey"),
    path("desk/surveys/draw/", surveys.draw, name="statistics_survey_draw"),
    path("desk/surveys/<int:number>/units.csv", surveys.units_export, name="statistics_survey_units"),
    path("desk/surveys/<int:number>/publish/", surveys.publish, name="statistics_survey_publish"),
    path("mine/surveys/<int:number>/", surveys.answer, name="statistics_survey_answer"),
]  # fmt: skip
