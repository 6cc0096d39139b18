"""The database: the embedded server by default, a real one by DATABASE_URL. PILOTZONE_DB_ROLE picks web, owner or flood."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

from pilotzone.portal.processes.database import FLOOD, OWNER, WEB
from pilotzone.portal.processes.home import database_dir, socket_dir

_ROLES = {"web": WEB, "owner": OWNER, "flood": FLOOD}
DATABASE_ROLE = os.environ.get("PILOTZONE_DB_ROLE", "web")


def _server() -> dict[str, object]:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        parts = urlsplit(url)
        return {
            "NAME": parts.path.lstrip("/"),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "PASSWORD": os.environ.get(f"PILOTZONE_DB_PASSWORD_{DATABASE_ROLE.upper()}", unquote(parts.password or "")),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    return {
        "NAME": os.environ.get("PILOTZONE_DB_NAME", "pilotzone"),
        "HOST": os.environ.get("PILOTZONE_DB_HOST") or str(socket_dir(database_dir())),
        "OPTIONS": {},
    }


DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "USER": _ROLES[DATABASE_ROLE],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        **_server(),
    }
}
