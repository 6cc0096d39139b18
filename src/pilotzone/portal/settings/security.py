"""Secrets, cookies and headers. The secret key is made at first start and kept in the state folder, never in the repository."""

import os
import secrets

from csp.constants import NONE, SELF

from pilotzone.portal.processes.home import home


def _secret(name: str) -> str:
    """A secret of this zone, made once, readable by its owner only."""
    path = home() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{secrets.token_hex(6)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # of two processes at once the first wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _listed(variable: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(variable, default).split(",") if part.strip()]


SECRET_KEY = os.environ.get("PILOTZONE_SECRET_KEY") or _secret("django")
DEBUG = False
ALLOWED_HOSTS = _listed("PILOTZONE_HOSTS", "127.0.0.1,localhost,[::1],testserver")
CSRF_TRUSTED_ORIGINS = _listed("PILOTZONE_ORIGINS")
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pilotzone.portal.fresh.FreshReferenceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pilotzone.ui.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    # what a form was sent with stands in it again when it is refused
    "pilotzone.ui.keeping.KeepTypedMiddleware",
    "pilotzone.portal.accounts.problems.ProblemMiddleware",
    # after ProblemMiddleware: on an error it must undo the view's work before the page is written
    "pilotzone.kernel.access.middleware.ScopeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    # within the scope, for the page has the reader's own menus
    "pilotzone.portal.pages.wrong_method.WrongMethodMiddleware",
]
# answered without a session, a person or a transaction
SCOPE_FREE_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

# behind HTTPS (PILOTZONE_HTTPS=1) cookies and browsers never go back to plain HTTP
HTTPS = os.environ.get("PILOTZONE_HTTPS", "0") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_NAME = "pz_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# the local control of a firm's ukey, which the page that signs (and no other) may ask (handbook ceb spec §5)
UKEY_CONTROL = _listed("PILOTZONE_UKEY", "ws://127.0.0.1:61232")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: is the QR code of the second factor
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
