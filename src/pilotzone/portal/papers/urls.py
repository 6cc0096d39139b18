"""The addresses of papers."""

from django.urls import path

from pilotzone.portal.papers import views

urlpatterns = [
    path("papers/tasks/", views.mine, name="paper_tasks"),
    path("papers/tasks/<int:number>/", views.task, name="paper_task"),
    path("papers/tasks/<int:number>/file/", views.task_file, name="paper_task_file"),
    path("papers/<slug:kind>/", views.several, name="papers_several"),
    path("papers/<slug:kind>/<str:key>/", views.show, name="paper"),
    path("papers/<slug:kind>/<str:key>/<slug:language>.pdf", views.pdf, name="paper_pdf"),
    path("verify/", views.verify, name="paper_verify_form"),
    path("verify/<str:code>/", views.verify, name="paper_verify"),
]
