"""The ui as a Django app."""

import logging
from pathlib import Path

from django.apps import AppConfig, apps

from pilotzone.kernel.home import home
from pilotzone.ui import catalogue


class UiConfig(AppConfig):
    name = "pilotzone.ui"
    label = "ui"

    def ready(self) -> None:
        """Bring the English catalogue up to date; where the state folder is read-only pages stay Chinese."""
        folders = [Path(config.path) for config in apps.get_app_configs() if config.name.startswith("pilotzone.")]
        try:
            catalogue.refresh(folders, home() / "locale")
        except OSError as problem:
            logging.getLogger(__name__).warning("English is not available: %s", problem)
