"""The plan as a Django app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "pilotzone.rooms.plan"
    label = "plan"
    verbose_name = "行动方案"
