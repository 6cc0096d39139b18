"""One-stop handling as a Django app."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "pilotzone.rooms.services"
    label = "services"
    verbose_name = "一站办理"
