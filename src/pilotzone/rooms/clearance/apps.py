"""The clearance as a Django app."""

from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "pilotzone.rooms.clearance"
    label = "clearance"
