"""Every address of the portal."""

from django.urls import URLPattern, URLResolver

from pilotzone.portal.wiring import addresses

urlpatterns: list[URLPattern | URLResolver] = [*addresses()]
handler400 = "pilotzone.portal.pages.errors.bad_request"
handler403 = "pilotzone.portal.pages.errors.denied"
handler404 = "pilotzone.portal.pages.errors.not_found"
handler500 = "pilotzone.portal.pages.errors.failed"
