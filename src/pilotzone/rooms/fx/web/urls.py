"""The room's addresses, below /fx/."""

from django.urls import path

from pilotzone.rooms.fx.web import institution, mine, queue, receipt, supervision

urlpatterns = [
    path("", supervision.home, name="fx"),
    path("queue/", queue.show, name="fx_queue"),
    path("queue/export.csv", queue.export, name="fx_queue_export"),
    path("receipts/<int:number>/", receipt.show, name="fx_receipt"),
    path("mine/", mine.show, name="fx_mine"),
    path("institution/", institution.show, name="fx_institution"),
    path("institution/export.csv", institution.export, name="fx_institution_export"),
    path("checks/", supervision.checks, name="fx_checks"),
    path("checks/export.csv", supervision.checks_export, name="fx_checks_export"),
    path("reports/", supervision.reports, name="fx_reports"),
]
