"""The statistics as a Django app."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "pilotzone.rooms.statistics"
    label = "statistics"
    verbose_name = "统计"
