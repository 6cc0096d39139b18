"""The addresses of the export side, below /tax/."""

from django.urls import path

from pilotzone.rooms.tax.web import (
    agencies,
    export_firms,
    export_lines,
    export_match,
    export_years,
    prerefunds,
    refunds,
)

CSV = {"csv": True}
urlpatterns = [
    path("exemption/", export_match.match, name="tax_exemption"),
    path("export/", export_lines.lines, name="tax_export"),
    path("export/lines.csv", export_lines.lines, CSV, name="tax_export_csv"),
    path("export/lines/<str:list_no>/<int:line_no>/", export_lines.line, name="tax_export_line"),
    path("export/register/", export_lines.register, name="tax_export_register"),
    path("export/match/", export_match.match, name="tax_export_match"),
    path("export/match.csv", export_match.match, CSV, name="tax_export_match_csv"),
    path("export/match/open.csv", export_match.residuals, name="tax_export_open_csv"),
    path("export/refunds/", refunds.refunds, name="tax_refunds"),
    path("export/refunds.csv", refunds.refunds, CSV, name="tax_refunds_csv"),
    path("export/refunds/new/", refunds.new, name="tax_refund_new"),
    path("export/refunds/<str:number>/", refunds.refund, name="tax_refund"),
    path("export/refunds/<str:number>/<slug:verb>/", refunds.act, name="tax_refund_act"),
    path("export/agencies/", agencies.show, name="tax_agencies"),
    path("export/agencies.csv", agencies.show, CSV, name="tax_agencies_csv"),
    path("export/prerefunds/", prerefunds.prerefunds, name="tax_prerefunds"),
    path("export/prerefunds.csv", prerefunds.prerefunds, CSV, name="tax_prerefunds_csv"),
    path("export/prerefunds/<int:number>/", prerefunds.prerefund, name="tax_prerefund"),
    path("export/deemed/", export_years.deemed, name="tax_deemed"),
    path("export/promotion/", export_years.promotion, name="tax_promotion"),
    path("export/promotion.csv", export_years.promotion, CSV, name="tax_promotion_csv"),
    path("export/firms/", export_firms.firms, name="tax_export_firms"),
    path("export/firms.csv", export_firms.export, name="tax_export_firms_csv"),
]
