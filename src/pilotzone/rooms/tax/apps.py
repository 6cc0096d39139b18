"""The tax as a Django app."""

from django.apps import AppConfig


class TaxConfig(AppConfig):
    name = "pilotzone.rooms.tax"
    label = "tax"
