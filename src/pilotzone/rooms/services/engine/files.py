"""Whether a paper is of a kind asked for: its ending and its first bytes agree, and it is not too large."""

from __future__ import annotations

from pilotzone.rooms.services.engine.items import Material
from pilotzone.rooms.services.errors import Finding, finding

MB = 1024 * 1024
BEGINS = {
    "pdf": b"%PDF-",
    "jpg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
    "xlsx": b"PK\x03\x04",
    "docx": b"PK\x03\x04",
}
ALSO = {"jpeg": "jpg"}


def judge_file(asked: Material, name: str, body: bytes) -> Finding | None:
    """What is wrong with a file, None where nothing is."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    kind = ALSO.get(ending, ending)
    if not body or len(body) > asked.most_mb * MB:
        return finding(asked.key, "rule.material.large", zh=asked.zh, en=asked.en, most=asked.most_mb)
    if kind not in asked.kinds or not body.startswith(BEGINS[kind]):
        return finding(asked.key, "rule.material.kind", zh=asked.zh, en=asked.en, kinds="、".join(asked.kinds))
    return None
