"""The addresses of the catalogue and of the data exchange."""

from django.urls import path

from pilotzone.portal.exchange_pages import (
    catalogue,
    corrections,
    federation,
    messages,
    quality,
    reconciliation,
    records,
    requests,
    tokens,
)

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
    path("exchange/quality/", quality.show, name="exchange_quality"),
    path("exchange/quality/export.csv", quality.export, name="exchange_quality_export"),
    path("exchange/log/", records.show, name="exchange_log"),
    path("exchange/log/export.csv", records.export, name="exchange_log_export"),
    path("exchange/log/bundle/", records.bundle, name="exchange_log_bundle"),
    path("exchange/log/verifier.py", records.verifier, name="exchange_log_verifier"),
    path("exchange/log/<int:number>/", records.one, name="exchange_log_entry"),
    path("exchange/tokens/", tokens.show, name="exchange_tokens"),
    path("exchange/tokens/<int:number>/<slug:verb>/", tokens.act, name="exchange_token_act"),
    path("exchange/federation/", federation.show, name="exchange_federation"),
    path("exchange/federation/in/", federation.take, name="exchange_federation_in"),
    path("exchange/federation/out/<str:code>/", federation.out, name="exchange_federation_out"),
]
