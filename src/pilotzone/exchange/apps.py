"""The exchange as a Django app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "pilotzone.exchange"
    label = "exchange"
