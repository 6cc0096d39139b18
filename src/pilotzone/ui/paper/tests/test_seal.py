"""The seal: whole files are sound, every single changed byte is named, strangers' keys and bare files are told apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.kernel import paper_key
from pilotzone.ui.paper import seal
from pilotzone.ui.paper.sheet import digest_of

DRAWN = b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"\nstartxref\n1234\n%%EOF"
CONTENT = {"zh": {"title": "电子税单", "facts": [["税额", "98.00"]]}, "kind": "bill"}
PAPER: dict[str, Any] = {
    "number": "SD20210104000001", "code": "ABCDE-FGHJK-MNPQR-STVWX", "content": CONTENT, "digest": digest_of(CONTENT),
    "kind": "bill", "issued_at": datetime(2021, 1, 4, tzinfo=UTC).isoformat(), "address": "http://zone.test/verify/A/",
}  # fmt: skip


@pytest.fixture
def file() -> bytes:
    return seal.sealed(DRAWN, [PAPER])


def test_a_whole_file_is_sound_and_says_what_is_on_it(file: bytes) -> None:
    found = seal.verify(file, paper_key.public())
    assert found.state == seal.SOUND and found.statement["papers"] == [PAPER] and not found.changes
    assert file == seal.sealed(DRAWN, [PAPER]), "the same for the same"
    assert file.endswith(b"startxref\n1234\n%%EOF\n"), "readers of PDF find its table"


def test_every_changed_byte_is_named(file: bytes) -> None:
    key, named = paper_key.public(), 0
    for place in [*range(0, len(file), 97), *range(len(file) - 40, len(file))]:
        changed = bytearray(file)
        changed[place] ^= 1
        found = seal.verify(bytes(changed), key)
        assert found.state == seal.CHANGED, place
        assert any(one.first <= place <= one.last for one in found.changes), place
        named += any(one.first == place and one.was == file[place] for one in found.changes)
    assert named > len(file) // 97 * 0.8, "most of them by their former value"


def test_a_figure_put_in_place_of_another_is_named(file: bytes) -> None:
    place = DRAWN.index(b"startxref") - 3
    changed = file[:place] + b"\x00" + file[place + 1 :]
    assert f"byte {place} was 0x{file[place]:02x} and is 0x00" in seal.verify(changed, paper_key.public()).en


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file[:500] + b"x" + file[500:], lambda file: file[:-1], lambda file: file + b" ",
        lambda file: file[: len(DRAWN)] + b" " + file[len(DRAWN) :], lambda file: file[:-300],
        lambda file: file.replace(b"%PilotZone-Sign-1 ", b"%PilotZone-Sign-1 AAAA"),
        lambda file: file.replace(b"%PilotZone-Seal-1 ", b"%PilotZone-Seal-1 AAAA"),
    ],
)  # fmt: skip
def test_added_and_cut_bytes_are_seen(file: bytes, harm: Any) -> None:
    found = seal.verify(harm(file), paper_key.public())
    assert found.state == seal.CHANGED and found.changes and "byte" in found.en and "字节" in found.zh


def test_a_seal_put_on_other_content_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    other = seal.sealed(DRAWN, [PAPER | {"content": {"zh": {}}}])
    assert seal.verify(other, paper_key.public()).state == seal.CHANGED


def test_another_zones_paper_and_a_bare_file_are_told_apart(file: bytes) -> None:
    stranger = seal.verify(file, b"\x01" * 32)
    assert stranger.state == seal.FOREIGN and not stranger.statement, "nothing of it is believed"
    assert seal.verify(DRAWN, paper_key.public()).state == seal.UNSEALED
    assert seal.verify(b"", paper_key.public()).state == seal.UNSEALED


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_whatever_bytes_come_are_answered(data: bytes) -> None:
    key = b"\x01" * 32
    assert seal.verify(data, key).state in (seal.UNSEALED, seal.CHANGED)
    lines = (
        b"\n%PilotZone-Seal-1 "
        + data.hex().encode()
        + b"\n%PilotZone-Sign-1 QQ==\n%PilotZone-Check-1 QQ==\nstartxref\n1\n%%EOF\n"
    )
    assert seal.verify(b"%PDF" + lines, key).state in (seal.CHANGED, seal.FOREIGN)
