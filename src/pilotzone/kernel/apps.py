"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "pilotzone.kernel"
    label = "kernel"
    verbose_name = "内核"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """From here on no log line of this process shows personal data whole."""
        from pilotzone.kernel import log_masking

        log_masking.install()
