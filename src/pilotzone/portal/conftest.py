"""What tests of several parts of the portal share."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from pilotzone.portal.log_lines import Lines


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """What the log keeps of what is asked, as the processes set it up."""
    handler = logging.StreamHandler(sink := io.StringIO())
    handler.setFormatter(Lines())
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield sink
    logging.getLogger().removeHandler(handler)
