"""What a child prints is kept masked."""

from __future__ import annotations

import json
from pathlib import Path

from pilotzone.portal.processes.journal import Journal


def test_what_a_child_prints_is_kept_masked(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "child")
    journal.feed("Traceback: 收件人：赵安邦，电话13800138000\n".encode())
    journal.feed(json.dumps({"event": "x", "of": ["13800138000"]}).encode() + b"\n")
    journal.close()
    kept = (tmp_path / "child.log").read_text("utf-8")
    assert "赵安邦" not in kept and "13800138000" not in kept
    assert len(kept.splitlines()) == 2 and kept.count("138****8000") == 2
