"""The addresses of the protection of data, below /protection/."""

from django.urls import path

from pilotzone.portal.protection import desk, pages

urlpatterns = [
    path("", pages.start, name="protection"),
    path("rules/", pages.rules_page, name="protection_rules"),
    path("mine/", pages.mine, name="protection_mine"),
    path("mine/copy.json", pages.copy, name="protection_copy"),
    path("mine/takeaway/<int:number>.zip", pages.takeaway_file, name="protection_takeaway"),
    path("retention/", desk.retention_page, name="protection_retention"),
    path("retention/export.csv", desk.retention_export, name="protection_retention_export"),
    path("requests/", desk.requests_page, name="protection_requests"),
    path("requests/export.csv", desk.requests_export, name="protection_requests_export"),
    path("requests/<int:number>/", desk.act, name="protection_request"),
]
