"""The room's addresses, below /tax/."""

from django.urls import include, path
from django.views.generic import RedirectView

from pilotzone.rooms.tax.web import bills, guarantees, payments

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="tax_bills"), name="tax"),
    path("bills/", bills.bills, name="tax_bills"),
    path("bills.csv", bills.export, name="tax_bills_csv"),
    path("bills/<str:tax_no>/", bills.bill, name="tax_bill"),
    path("payments/", payments.payments, name="tax_payments"),
    path("payments.csv", payments.payments, {"csv": True}, name="tax_payments_csv"),
    path("payments/new/", payments.new, name="tax_payment_new"),
    path("", include("pilotzone.rooms.tax.web.export_urls")),
    path("guarantee/", guarantees.guarantee, name="tax_guarantee"),
    path("guarantee.csv", guarantees.export, name="tax_guarantee_csv"),
    path("guarantee/<int:number>/statement.csv", guarantees.statement, name="tax_guarantee_statement"),
    path("guarantee/<int:number>/", guarantees.of_firm, name="tax_guarantee_of"),
    path("guarantee/<int:number>/correct/", guarantees.correct, name="tax_guarantee_correct"),
]
