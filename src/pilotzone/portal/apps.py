"""The portal as a Django app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pilotzone.portal"
    label = "portal"

    def ready(self) -> None:
        """Who answers for shared resources."""
        from pilotzone.portal.wiring import plug_in

        plug_in()
