"""The room's addresses, below /registry/."""

from django.urls import path

from pilotzone.rooms.registry.web import bulk, mine, offices, public

urlpatterns = [
    path("", public.look_up, name="registry"),
    path("enter/", public.enter, name="registry_enter"),
    path("mine/", mine.show, name="registry_mine"),
    path("mine/print/", mine.paper, name="registry_mine_print"),
    path("mine/<slug:verb>/", mine.act, name="registry_mine_act"),
    path("filings/", offices.listed, name="registry_filings"),
    path("filings/export/", offices.export, name="registry_export"),
    path("filings/<int:number>/", offices.one, name="registry_filing"),
    path("filings/<int:number>/print/", offices.paper, name="registry_print"),
    path("filings/<int:number>/<slug:verb>/", offices.act, name="registry_act"),
    path("bulk/", bulk.show, name="registry_bulk"),
    path("bulk/export.csv", bulk.export, name="registry_files_export"),
    path("bulk/template/", bulk.template, name="registry_template"),
    path("bulk/<int:number>/", bulk.one, name="registry_upload"),
    path("bulk/<int:number>/file/", bulk.report, name="registry_report"),
]
