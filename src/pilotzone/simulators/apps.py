"""The simulators as a Django app."""

from django.apps import AppConfig


class SimulatorsConfig(AppConfig):
    name = "pilotzone.simulators"
    label = "simulators"
