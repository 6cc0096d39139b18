"""The addresses of the daily reconciliation, below /reconciliation/."""

from django.urls import path

from pilotzone.rooms.tracking.web import reconcile, reconcile_figures, residual

urlpatterns = [
    path("", reconcile.show, name="reconciliation"),
    path("start/", reconcile.start, name="reconciliation_start"),
    path("hand/", reconcile.hand, name="reconciliation_hand"),
    path("export.csv", reconcile.export, name="reconciliation_export"),
    path("figures/", reconcile_figures.show, name="reconciliation_figures"),
    path("figures.csv", reconcile_figures.export, name="reconciliation_figures_export"),
    path("runs/<int:number>/", reconcile.run, name="reconciliation_run"),
    path("<int:number>/", residual.show, name="residual"),
    path("<int:number>/files/<int:file>/", residual.file, name="residual_file"),
]
