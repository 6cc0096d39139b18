"""The tracking as a Django app."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "pilotzone.rooms.tracking"
    label = "tracking"
