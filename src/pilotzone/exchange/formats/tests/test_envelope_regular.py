"""The short way through an envelope says what the long way says, and writes what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import envelope, envelope_regular
from pilotzone.exchange.formats.envelope import DxpMsg, unwrap, wrap

AT = datetime(2021, 6, 1, 12, 0, 1, tzinfo=SHANGHAI)
PLAIN = DxpMsg("4CDE1CFD", "DXPENT0000012345", ["DXPEDCCEB0000002"], AT, "CEB311Message", b"<a/>", file_name="a_1.xml")
# plain signs, and those that must not pass: markup, blanks, letters beyond ASCII
WORD = st.one_of(st.text("AZaz09-_.'\"/", min_size=1, max_size=16), st.text("A<>&' \t\n报\r", max_size=18))
MESSAGES = st.builds(
    DxpMsg, WORD, WORD, st.lists(WORD, min_size=1, max_size=2, unique=True),
    st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds)), WORD, st.binary(max_size=40),
    file_name=st.one_of(st.just(""), WORD), keys=st.dictionaries(WORD, WORD, max_size=1),
)  # fmt: skip


@contextmanager
def long_way() -> Iterator[None]:
    """Without the short one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelope_regular, "read", lambda *_, **__: None)
        patch.setattr(envelope_regular, "written", lambda *_: None)
        yield


def told(raw: bytes, most: int = envelope.LARGEST_MESSAGE) -> DxpMsg | str:
    try:
        return unwrap(raw, most)
    except Refused as refused:
        return refused.code


def wrapped(msg: DxpMsg) -> bytes | str:
    try:
        return wrap(msg)
    except Refused as refused:
        return refused.code


@given(MESSAGES)
def test_both_ways_write_the_same_bytes(msg: DxpMsg) -> None:
    short = wrapped(msg)
    with long_way():
        assert short == wrapped(msg)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_both_ways_read_the_same_out_of_whatever_became_of_an_envelope(data: bytes, draw: st.DataObject) -> None:
    raw = wrap(replace(PLAIN, data=data, file_name=draw.draw(st.sampled_from(["", "a.xml"]))))
    place, length = draw.draw(st.integers(0, len(raw))), draw.draw(st.integers(0, 3))
    put = draw.draw(
        st.sampled_from([b"", b"<", b"&amp;", b" ", b"=", b"A", b"\n", b"\xff", b"</dxp:Data>", b"<!--x-->"])
    )
    broken = raw[:place] + put + raw[place + length :]
    most = draw.draw(st.sampled_from([4, 58, 61, envelope.LARGEST_MESSAGE]))
    short = told(broken, most)
    with long_way():
        assert short == told(broken, most)


def test_the_short_way_is_taken() -> None:
    for one in (PLAIN, replace(PLAIN, file_name="")):
        raw = wrap(one)
        assert unwrap(raw) == one
        read = envelope_regular.read(raw, max_bytes=100, largest=10_000)
        assert read is not None and (read.data, read.created, read.file_name) == (one.data, AT, one.file_name)
    assert envelope_regular.read(wrap(replace(PLAIN, keys={"DealFlag": "1"})), max_bytes=100, largest=10_000) is None
