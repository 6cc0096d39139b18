"""The addresses of the sub-platforms, below /sites/."""

from django.urls import path

from pilotzone.portal.sites import administering, history, manage, pages

urlpatterns = [
    path("", pages.listed, name="sites"),
    path("export.csv", pages.export, name="sites_export"),
    path("new/", manage.new, name="site_new"),
    path("file/", manage.upload, name="site_file"),
    path("<slug:slug>/", pages.one, name="site"),
    path("<slug:slug>/logo.png", pages.logo, name="site_logo"),
    path("<slug:slug>/file.yaml", manage.download, name="site_download"),
    path("<slug:slug>/edit/", manage.edit, name="site_edit"),
    path("<slug:slug>/close/", manage.close, name="site_close"),
    path("<slug:slug>/providers/", manage.provider, name="site_provider"),
    path("<slug:slug>/providers/<int:number>/leave/", manage.leave, name="site_leave"),
    path("<slug:slug>/administrators/", administering.show, name="site_administrators"),
    path("<slug:slug>/administrators/export.csv", administering.export, name="site_administrators_export"),
    path("<slug:slug>/administrators/remove/", administering.remove, name="site_administrator_remove"),
    path("<slug:slug>/history/", history.show, name="site_history"),
    path("<slug:slug>/history/export.csv", history.export, name="site_history_export"),
]
