"""Foreign exchange as a Django app."""

from django.apps import AppConfig


class FxConfig(AppConfig):
    name = "pilotzone.rooms.fx"
    label = "fx"
