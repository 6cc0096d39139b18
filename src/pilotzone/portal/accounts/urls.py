"""Below /accounts/: our pages, then allauth's."""

from django.urls import include, path, re_path

from pilotzone.portal.accounts import views

urlpatterns = [
    path("parties/", views.show_parties, name="parties"),
    path("parties/<slug:key>/", views.play, name="play"),
    path("matrix/", views.matrix, name="matrix"),
    path("steps/", views.steps, name="steps"),
    path("steps/tick/", views.tick, name="tick"),
    path("act-as/", views.act_as, name="act_as"),
    path("certificates/", views.certificates, name="certificates"),
    path("certificates/revoke/", views.certificate_revoke, name="certificate_revoke"),
    path("deputies/", views.show_deputies, name="deputies"),
    path("deputies/<int:number>/end/", views.end_deputyship, name="deputy_end"),
    path("people/", views.show_people, name="people"),
    path("people/<int:number>/leave/", views.leave, name="leave"),
    path("people/<int:number>/again/", views.again, name="login_again"),
    path("first/<str:number>/<str:token>/", views.first_administrator, name="first_administrator"),
    path("single-window/", views.single_window, name="single_window"),
    # the platform sends no mail: allauth's pages that would are not there
    path("password/reset/", views.forgotten, name="forgotten"),
    re_path(r"^(?:password/reset|email|confirm-email)/", views.no_mail),
    path("", include("allauth.urls")),
]
