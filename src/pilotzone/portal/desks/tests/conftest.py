"""The pipeline's bench of test firms, for pages and the carrier above it."""

from __future__ import annotations

from pilotzone.pipeline.tests.conftest import demo_keys, standing_zone

__all__ = ["demo_keys", "standing_zone"]
