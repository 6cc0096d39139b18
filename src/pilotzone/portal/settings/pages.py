"""Templates, static files, languages and time."""

import os
from pathlib import Path

from pilotzone.portal.processes.home import home

_PACKAGE = Path(__file__).resolve().parents[2]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*sorted(_PACKAGE.glob("rooms/*/web/templates")), *sorted(_PACKAGE.glob("portal/*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pilotzone.ui.context.page",
            ]
        },
    }
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# English is compiled from every app's django.po into the state folder when the first process starts (ui/catalogue.py)
LOCALE_PATHS = [home() / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
# served straight from the apps; addresses carry the content's hash (ui/sources.py), so no collecting step can be forgotten
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
CSRF_FAILURE_VIEW = "pilotzone.portal.pages.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# the zone this installation serves, as its head of page says it
ZONE_NAMES = {
    "zh": os.environ.get("PILOTZONE_ZONE_ZH", "中国（南昌）跨境电子商务综合试验区·线上综合服务平台"),
    "en": os.environ.get(
        "PILOTZONE_ZONE_EN", "China (Nanchang) Cross-border E-commerce Pilot Zone · Online Service Platform"
    ),
}
