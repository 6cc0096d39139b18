"""The addresses of the catalogue and of the data exchange."""

from django.urls import path

from pilotzone.portal.exchange_pages import catalogue, corrections, messages, reconciliation, requests

urlpatterns = [
    path("catalogue/", catalogue.show, name="catalogue"),
    path("catalogue/export.csv", catalogue.export, name="catalogue_export"),
    path("catalogue/catalogue.jsonld", catalogue.linked, name="catalogue_dcat"),
    path("catalogue/<str:code>/", catalogue.one, name="catalogue_resource"),
    path("exchange/", requests.start, name="exchange"),
    path("exchange/requests/", requests.show, name="exchange_requests"),
    path("exchange/requests/export.csv", requests.export, name="exchange_requests_export"),
    path("exchange/requests/new/<str:code>/", requests.new, name="exchange_request_new"),
    path("exchange/requests/<int:number>/", requests.one, name="exchange_request"),
    path("exchange/corrections/", corrections.show, name="exchange_corrections"),
    path("exchange/corrections/<int:number>/", corrections.act, name="exchange_correction"),
    path("exchange/mine/", corrections.mine, name="exchange_mine"),
    path("exchange/messages/", messages.show, name="exchange_messages"),
    path("exchange/messages/<int:number>/<slug:verb>/", messages.act, name="exchange_message_act"),
    path("exchange/reconciliation/", reconciliation.show, name="exchange_counts"),
    path("exchange/reconciliation/export.csv", reconciliation.export, name="exchange_counts_export"),
]
