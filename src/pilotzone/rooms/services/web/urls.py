"""The room's addresses, below /services/."""

from django.urls import path

from pilotzone.rooms.services.web import applying, desk, guide

urlpatterns = [
    path("", guide.listed, name="services"),
    path("export/", guide.export, name="services_guide_export"),
    path("items/<slug:key>/", guide.one, name="services_item"),
    path("verify/", guide.verify, name="services_verify"),
    path("apply/<slug:key>/", applying.apply, name="services_apply"),
    path("mine/", applying.mine, name="services_mine"),
    path("mine/export/", applying.export, name="services_mine_export"),
    path("mandates/", applying.mandates, name="services_mandates"),
    path("mandates/export/", applying.mandates_export, name="services_mandates_export"),
    path("mandates/<int:number>/revoke/", applying.revoke, name="services_revoke"),
    path("inbox/", desk.inbox, name="services_inbox"),
    path("inbox/export/", desk.export, name="services_inbox_export"),
    path("inbox/together/", desk.together, name="services_together"),
    path("cases/<int:number>/", desk.one, name="services_case"),
    path("cases/<int:number>/edit/", applying.edit, name="services_edit"),
    path("cases/<int:number>/notice/", desk.notice, name="services_notice"),
    path("cases/<int:number>/papers/<int:paper>/", desk.material, name="services_material"),
    path("cases/<int:number>/<slug:verb>/", desk.act, name="services_act"),
]
