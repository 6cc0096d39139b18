"""Which applications a zone consists of. Rooms that are not built do not exist here."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "pilotzone.kernel",
    "pilotzone.exchange",
    "pilotzone.ui",
    "pilotzone.rooms.registry",
    "pilotzone.rooms.services",
    "pilotzone.rooms.clearance",
    "pilotzone.rooms.tax",
    "pilotzone.rooms.fx",
    "pilotzone.rooms.tracking",
    "pilotzone.rooms.plan",
    "pilotzone.rooms.statistics",
    "pilotzone.simulators",
    "pilotzone.portal",
    "pilotzone.portal.desks",
]
AUTH_USER_MODEL = "kernel.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "pilotzone.portal.urls"
WSGI_APPLICATION = "pilotzone.portal.wsgi.application"
