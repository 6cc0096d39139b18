"""The addresses of health and figures, for the wiring."""

from __future__ import annotations

from pilotzone.portal.health import health_patterns

urlpatterns = health_patterns
