"""The addresses of help, below /help/."""

from django.urls import path

from pilotzone.rooms.services.web import help as pages

urlpatterns = [
    path("", pages.home, name="help"),
    path("ask/", pages.ask, name="help_ask"),
    path("mine/", pages.mine, name="help_mine"),
    path("mine/export/", pages.export, name="help_export"),
    path("questions/<int:number>/", pages.question, name="help_question"),
    path("questions/<int:number>/<slug:verb>/", pages.act, name="help_act"),
    path("replays/", pages.replays, name="help_replays"),
    path("replays/export/", pages.replays_export, name="help_replays_export"),
    path("replays/<int:number>/decide/", pages.decide, name="help_decide"),
]
