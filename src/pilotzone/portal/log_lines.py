"""One record of `logging` as one line of JSON, named as the lines of structlog are: event, level, logger, timestamp, exception."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

LONGEST = 20_000  # characters of a traceback: its end says what broke


class Lines(logging.Formatter):
    """Records are masked as they are made (kernel.log_masking); of the request itself its method is told, what the record says and
    the end of the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
        }  # fmt: skip
        method = getattr(getattr(record, "request", None), "method", None)
        if method:
            told["method"] = method
        if broken := record.exc_text or (record.exc_info and self.formatException(record.exc_info)):
            told["exception"] = str(broken)[-LONGEST:]
        return json.dumps(told, ensure_ascii=False)
