"""The room of timelines as a Django app."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "pilotzone.rooms.tracking"
    label = "tracking"
    verbose_name = "一键跟踪"
