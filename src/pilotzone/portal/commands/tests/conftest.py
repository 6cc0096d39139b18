"""The pipeline's bench, for what must know of its trades."""

from __future__ import annotations

from pilotzone.pipeline.tests.conftest import demo_keys, standing_zone

__all__ = ["demo_keys", "standing_zone"]
