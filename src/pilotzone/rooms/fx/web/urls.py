"""The room's addresses, below /fx/."""

from django.urls import path

from pilotzone.rooms.fx.web import institution, mine, payments, queue, receipt, supervision

urlpatterns = [
    path("", supervision.home, name="fx"),
    path("queue/", queue.show, name="fx_queue"),
    path("queue/export.csv", queue.export, name="fx_queue_export"),
    path("receipts/<int:number>/", receipt.show, name="fx_receipt"),
    path("mine/", mine.show, name="fx_mine"),
    path("mine/outlays.csv", mine.outlays, name="fx_outlays_export"),
    path("institution/", institution.show, name="fx_institution"),
    path("institution/todo/", institution.todo, name="fx_institution_duties"),
    path("institution/todo.csv", institution.todo, {"csv": True}, name="fx_institution_todo"),
    path("institution/export.csv", institution.export, name="fx_institution_export"),
    path("payments/", payments.show, name="fx_payments"),
    path("payments/export.csv", payments.export, name="fx_payments_export"),
    path("payments/ask/", payments.ask, name="fx_payment_ask"),
    path("payments/<int:number>/", payments.one, name="fx_payment"),
    path("checks/", supervision.checks, name="fx_checks"),
    path("checks/export.csv", supervision.checks_export, name="fx_checks_export"),
    path("reports/", supervision.reports, name="fx_reports"),
    path("reports/export.csv", supervision.reports, {"csv": True}, name="fx_reports_export"),
]
