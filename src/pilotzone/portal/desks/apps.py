"""The workbenches as a Django app, for their templates and their English."""

from django.apps import AppConfig


class DesksConfig(AppConfig):
    name = "pilotzone.portal.desks"
    label = "desks"
