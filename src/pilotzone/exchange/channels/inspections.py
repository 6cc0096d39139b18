"""Results of joint inspections to customs over HTTP. Tag P: no public document describes customs' own interface for them.

One function builds, sends and parses; customs' word on the lists comes back as its ordinary receipts.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pilotzone.base.errors import Unavailable

PATH = "/customs/inspections"
PATIENCE_S = 10.0
LARGEST_ANSWER = 1024 * 1024
SOURCE = "PilotZone exchange/channels/inspections.py（接口为平台建议，P）"


def hand_over(url: str, results: Sequence[dict[str, Any]]) -> list[tuple[int, str]]:
    """Hand results over: (id, what customs said) of those it took. Unavailable where it is away or answers something else."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    body = json.dumps({"results": list(results)}, ensure_ascii=False).encode()
    try:
        connection = maker(parts.hostname or "127.0.0.1", parts.port, timeout=PATIENCE_S)
        try:
            connection.request("POST", parts.path.rstrip("/") + PATH, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read(LARGEST_ANSWER))
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            raise _away(f"HTTP {answer.status}")
        return [(int(one["id"]), str(one["text"])) for one in told["answers"]]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as failure:
        raise _away(type(failure).__name__) from None


def _away(said: str) -> Unavailable:
    return Unavailable(
        code="channel.inspection.away", zh=f"海关查验结果接口暂时不可用：{said[:200]}",
        en=f"Customs' interface for inspection results is away for the moment: {said[:200]}", source=SOURCE,
    )  # fmt: skip
