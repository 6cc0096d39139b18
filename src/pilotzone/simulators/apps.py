"""The simulators as a Django app: only their schema is known to Django."""

from django.apps import AppConfig


class SimulatorsConfig(AppConfig):
    name = "pilotzone.simulators"
    label = "simulators"
    verbose_name = "模拟器"
