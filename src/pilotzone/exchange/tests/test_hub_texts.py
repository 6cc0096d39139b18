"""The hub's quick ways write and read what Python's json does, to the byte: what was signed and chained before still holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange.hub import chain, envelope

ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
TEXTS = st.text(max_size=6)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
NESTED = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
THINGS = st.dictionaries(TEXTS, NESTED, max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text drawn on a busy machine takes a second
@given(THINGS)
def test_the_canonical_text_is_jsons(thing: dict[str, Any]) -> None:
    wanted = ENCODE(thing)
    assert chain.canonical(thing) == wanted
    assert chain.octets(thing) == wanted.encode()


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_a_lone_surrogate_is_no_octets_and_canonical_as_before(text: str) -> None:
    thing = {"data": {"name": text}}
    assert chain.canonical(thing) == ENCODE(thing)
    with pytest.raises(UnicodeEncodeError):
        chain.octets(thing)
    with pytest.raises(Refused, match=r"hub\.charset"):
        envelope.signed_part(thing)


def same(one: Any, other: Any) -> bool:
    """Equal in value and kind; nan is nan."""
    return type(one) is type(other) and repr(one) == repr(other)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first text drawn on a busy machine takes a second
@given(st.lists(NESTED, min_size=1, max_size=3), st.booleans())
def test_a_batch_is_read_as_json_reads_it(things: list[Any], ascii_only: bool) -> None:
    body = json.dumps(things, ensure_ascii=ascii_only).encode()
    assert same(envelope.parse_batch(body), json.loads(body))


@pytest.mark.parametrize(
    "body",
    [
        b"[1e400]", b"[NaN]", b'["\\ud800"]', b"[-0]", b"[-0.0]", b"[123456789012345678901234567890]", b'[{"a":1,"a":2}]', b'["\\u0000"]',
        b" [1]\n", b"[12345678901234567890.5]", b"[1E5]",
    ],
)  # fmt: skip
def test_odd_texts_are_read_as_json_reads_them(body: bytes) -> None:
    assert same(envelope.parse_batch(body), json.loads(body.decode()))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'["\xff"]', "hub.charset"), (b"\xef\xbb\xbf[1]", "hub.envelope"), (b'["\t"]', "hub.envelope"), (b"[01]", "hub.envelope"),
        (b"[1,]", "hub.envelope"), (b"", "hub.envelope"), (b"[" * 100_000, "hub.envelope"), (b"{}", "hub.envelope"), (b"[]", "hub.envelope"),
    ],
)  # fmt: skip
def test_what_json_does_not_read_is_refused_by_name(body: bytes, code: str) -> None:
    with pytest.raises(Refused) as told:
        envelope.parse_batch(body)
    assert told.value.code == code
