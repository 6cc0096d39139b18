"""The room's addresses, below /track/."""

from django.urls import path

from pilotzone.rooms.tracking.web import views

urlpatterns = [
    path("", views.search, name="track"),
    path("<int:trade>/", views.one, name="track_trade"),
]
