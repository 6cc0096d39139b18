"""Browsers of departments, of the platform and of a firm."""

from __future__ import annotations

from pilotzone.portal.desks.tests.conftest import demo_keys, firms, signed_in, standing_zone

__all__ = ["demo_keys", "firms", "signed_in", "standing_zone"]
