"""The room's addresses, below /tax/."""

from django.urls import path
from django.views.generic import RedirectView

from pilotzone.rooms.tax.web import views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="tax_bills"), name="tax"),
    path("bills/", views.bills, name="tax_bills"),
    path("bills/<str:tax_no>/", views.bill, name="tax_bill"),
    path("guarantee/", views.guarantee, name="tax_guarantee"),
]
