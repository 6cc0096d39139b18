"""Filing as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "pilotzone.rooms.registry"
    label = "registry"
    verbose_name = "企业备案"
