"""The addresses of papers."""

from django.urls import path

from pilotzone.portal.papers import views

urlpatterns = [
    path("papers/<slug:kind>/", views.several, name="papers_several"),
    path("papers/<slug:kind>/<str:key>/", views.show, name="paper"),
    path("papers/<slug:kind>/<str:key>/<slug:language>.pdf", views.pdf, name="paper_pdf"),
    path("verify/", views.verify, name="paper_verify_form"),
    path("verify/<str:code>/", views.verify, name="paper_verify"),
]
