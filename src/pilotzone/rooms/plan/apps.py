"""The plan as a Django app."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "pilotzone.rooms.plan"
    label = "plan"
    verbose_name = "行动方案"

    def ready(self) -> None:
        """Let statistics ask for the figures declared of the plan."""
        from pilotzone.rooms.plan.queries import declaring
        from pilotzone.rooms.statistics import api as statistics

        statistics.declared_from(statistics.Declarations(declaring.pages, declaring.number))
