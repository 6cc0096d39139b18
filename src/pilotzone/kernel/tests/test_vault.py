"""Seals open only unchanged, in their place, with their key; masks never show a whole value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.kernel import masking, vault


@pytest.fixture(autouse=True)
def own_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    vault.forget()
    yield
    vault.forget()


def test_bytes_and_dicts_come_back_as_they_were() -> None:
    assert vault.open_(vault.seal(b"\0raw", "c"), "c") == b"\0raw"
    assert vault.open_(vault.seal({"姓名": "张三"}, "c"), "c") == {"姓名": "张三"}


def test_two_seals_of_one_value_differ() -> None:
    assert vault.seal(b"x", "c") != vault.seal(b"x", "c")


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 200), flip=st.integers(1, 255))
def test_any_changed_byte_is_refused(position: int, flip: int) -> None:
    sealed = bytearray(vault.seal(b"some personal data", "c"))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(Refused):
        vault.open_(bytes(sealed), "c")


@pytest.mark.parametrize("broken", [b"", b"x", b"b" * 30, vault._HEAD.pack(b"b", b"1234", b"s" * 16, 1)])
def test_what_is_no_seal_is_refused(broken: bytes) -> None:
    with pytest.raises(Refused):
        vault.open_(broken, "c")


def test_a_seal_does_not_open_in_another_context() -> None:
    with pytest.raises(Refused, match="vault.broken"):
        vault.open_(vault.seal(b"x", "a"), "b")


def test_after_a_rotation_old_seals_open_and_hashes_stay() -> None:
    old, hash_ = vault.seal(b"x", "c"), vault.keyed_hash("buyer", "1x")
    first = old[1:5].hex()
    assert vault.rotate() != first
    assert vault.open_(old, "c") == b"x"
    assert vault.seal(b"x", "c")[1:5].hex() != first
    assert vault.keyed_hash("buyer", "1x") == hash_


def test_another_zones_keys_do_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed, hash_ = vault.seal(b"x", "c"), vault.keyed_hash("buyer", "1x")
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path / "other"))
    vault.forget()
    with pytest.raises(Refused, match="vault.unknown_key"):
        vault.open_(sealed, "c")
    assert vault.keyed_hash("buyer", "1x") != hash_


def test_secrets_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    vault.seal(b"x", "c")
    vault.keyed_hash("a", "b")
    assert {p.name: oct(p.stat().st_mode & 0o777) for p in (tmp_path / "secrets").iterdir()} == {
        "vault": "0o600",
        "index": "0o600",
    }


def test_schemes_do_not_meet() -> None:
    assert vault.keyed_hash("a", "b") != vault.keyed_hash("c", "b")


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masking.mask_name, "张三", "张*"),
        (masking.mask_name, "李", "*"),
        (masking.mask_name, "", ""),
        (masking.mask_phone, "13800138000", "138****8000"),
        (masking.mask_phone, "8612345", "*****45"),
        (masking.mask_id, "360102199001011234", "360*************34"),
        (masking.mask_id, "E1234567", "*******7"),
        (masking.mask_address, "江西省南昌市红谷滩区某路1号", "江西省南昌市********"),
        (masking.mask_address, "某路", "**"),
    ],
)
def test_masks(mask: object, value: str, shown: str) -> None:
    assert mask(value) == shown  # type: ignore[operator]
