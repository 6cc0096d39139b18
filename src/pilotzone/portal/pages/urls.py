"""The addresses of the public pages."""

from __future__ import annotations

from django.urls import path
from django.views.i18n import set_language

from pilotzone.portal.pages import home, messages, preferences, search, standing, style, timing

urlpatterns = [
    path("", home.show, name="home"),
    path("board.json", home.board_json, name="board"),
    path("progress/", home.progress, name="demo_progress"),
    path("messages/", messages.show, name="messages"),
    path("messages/<slug:message>/", messages.one, name="message"),
    path("messages/<slug:message>/<slug:edition>.xlsx", messages.sheet, name="message_sheet"),
    path("search/", search.search, name="search"),
    path("status/", standing.show, name="status"),
    path("style/", style.show, name="style"),
    path("theme/", preferences.theme, name="theme"),
    path("clock/", timing.show, name="clock"),
    path("clock/now/", timing.now, name="clock_now"),
    path("i18n/setlang/", set_language, name="set_language"),
]
