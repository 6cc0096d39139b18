"""docs/messages.md names every message and every finding."""

from __future__ import annotations

import re
from pathlib import Path

from pilotzone.exchange.formats.document_page import catalogue as messages
from pilotzone.exchange.formats.findings import catalogue

PAGE = (Path(__file__).parents[5] / "docs" / "messages.md").read_text(encoding="utf-8")


def test_every_finding_is_explained():
    named = set(re.findall(r"`((?:format|code|rule|signature)\.[a-z_0-9]+)`", PAGE))
    assert set(catalogue()) - named == set()
    assert named - set(catalogue()) == set()


def test_every_message_has_its_row():
    for row in messages():
        line = f"| {row['name'].removesuffix('Message')} | {row['zh']} | {row['en']} |"
        assert line in PAGE
