"""DxpMsg, DxpMsgSv and DxpRep survive the way there and back, and nothing hostile gets through."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import dxp_reply
from pilotzone.exchange.formats.envelope import (
    CUSTOMS_IMPORT,
    DxpMsg,
    DxpMsgSv,
    answer,
    is_envelope,
    kind_of,
    split,
    transit_id,
    unwrap,
    unwrap_transit,
    wrap,
    wrap_transit,
)

AT = datetime(2021, 6, 1, 12, 0, 1, tzinfo=SHANGHAI)
MSG = DxpMsg(
    "4CDE1CFD-EDED-46B1-946C-B8022E42FC94",
    "DXPENT0000012345",
    [CUSTOMS_IMPORT, "DXPLGS0000000001"],
    AT,
    "CEB311Message",
    "<报文/>".encode(),
    file_name="CEB311Message_1.xml",
    keys={"DealFlag": "1", "RetType": ""},
)
TRANSIT = DxpMsgSv(transit_id("NODE0001", AT, 7), AT, "NODE0001", "NODE0002", MSG)
REPLY = dxp_reply.DxpRep(
    "DXPENT0000012345",
    [
        dxp_reply.Response(
            "1", date(2021, 6, 1), MSG.head, "部分失败", results=[dxp_reply.Result("DXPLGS0000000001", "2", "无此用户")]
        )
    ],
)


def test_a_message_survives_its_envelope() -> None:
    raw = wrap(MSG)
    assert unwrap(raw) == MSG
    assert b"<dxp:CreatTime>2021-06-01T12:00:01</dxp:CreatTime>" in raw
    assert unwrap(wrap(replace(MSG, node_id="m1", ic_card="8910000000001", is_text="1", encode="UTF-8"))).ic_card


def test_the_transport_node_survives_too() -> None:
    raw = wrap_transit(TRANSIT)
    assert unwrap_transit(raw) == TRANSIT
    assert unwrap(raw) == MSG
    assert TRANSIT.message_id == "NODE0001202106011200010000000007"
    assert len(transit_id("N", AT, 10**11 + 1)) == 32


def test_the_answer_of_the_exchange_platform_survives() -> None:
    raw = dxp_reply.wrap(REPLY)
    assert b"<dxp:RecevierId>" in raw
    assert dxp_reply.unwrap(raw) == REPLY


def test_kinds_are_told_apart_by_their_root() -> None:
    raws = wrap(MSG), wrap_transit(TRANSIT), dxp_reply.wrap(REPLY)
    assert [kind_of(raw) for raw in raws] == ["DxpMsg", "DxpMsgSv", "DxpRep"]
    assert is_envelope(b'\xef\xbb\xbf<?xml version="1.0"?>\n<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp">')
    for other in (b"", b"<ceb:CEB311Message>", b"<DxpMsgX>", b"DxpMsg", b"<!-- <DxpMsg> -->"):
        assert not is_envelope(other)


def test_several_receivers_become_several_messages() -> None:
    assert [one.receivers for one in split(MSG)] == [[CUSTOMS_IMPORT], ["DXPLGS0000000001"]]
    assert {one.message_id for one in split(MSG)} == {MSG.message_id}


def test_a_receipt_swaps_sender_and_receiver() -> None:
    receipt = answer(MSG, by=CUSTOMS_IMPORT, message_id="R1", created=AT, message_type="CEB312Message", data=b"<r/>")
    assert (receipt.sender, receipt.receivers) == (CUSTOMS_IMPORT, ["DXPENT0000012345"])
    assert receipt.file_name == "CEB312Message_R1.xml"
    with pytest.raises(Refused, match="format.envelope.receiver"):
        answer(MSG, by="DXPENT0000000000", message_id="R1", created=AT, message_type="x", data=b"x")


@pytest.mark.parametrize(
    "part",
    [
        {"sender": "D" * 17},
        {"sender": ""},
        {"receivers": []},
        {"receivers": ["A", "A"]},
        {"receivers": list("ABCDEF")},
        {"receivers": ["D" * 17]},
        {"message_id": "x" * 256},
        {"message_type": "x" * 31},
        {"file_name": "x" * 256},
        {"ic_card": "x" * 14},
        {"keys": {"k" * 33: "v"}},
        {"keys": {"k": "v" * 65}},
        {"keys": {str(n): "" for n in range(6)}},
        {"node_id": "123"},
        {"sender": "\x00"},
        {"data": b""},
    ],
)
def test_what_does_not_fit_is_not_written(part: dict[str, object]) -> None:
    with pytest.raises(Refused, match="format.envelope"):
        wrap(replace(MSG, **part))  # type: ignore[arg-type]


RAW = wrap(replace(MSG, receivers=[CUSTOMS_IMPORT])).decode()
DATA = base64.b64encode(MSG.data).decode()
HOSTILE: dict[str, tuple[str, Callable[[str], str]]] = {
    "nothing": ("xml", lambda x: ""),
    "cut short": ("xml", lambda x: x[:-5]),
    "a DTD": ("dtd", lambda x: x.replace("<dxp:DxpMsg", '<!DOCTYPE a [<!ENTITY e "x">]><dxp:DxpMsg', 1)),
    "another root": ("root", lambda x: x.replace("dxp:DxpMsg", "dxp:DxpOther")),
    "another name space": ("root", lambda x: x.replace("chinaport.gov.cn/dxp", "chinaport.gov.cn/ceb")),
    "two payloads": ("field", lambda x: x.replace("<dxp:Data>", "<dxp:Data>QQ==</dxp:Data><dxp:Data>")),
    "no payload": ("empty", lambda x: x.replace(DATA, " ")),
    "no Data": ("field", lambda x: x.replace("dxp:Data>", "dxp:Date>")),
    "bad Base64": ("base64", lambda x: x.replace(DATA, "QQ=")),
    "a letter outside ASCII": ("base64", lambda x: x.replace(DATA, "文QQ=")),
    "elements in Data": ("base64", lambda x: x.replace(DATA, DATA + "<x/>")),
    "a day that is none": ("time", lambda x: x.replace("2021-06-01T", "2021-02-30T")),
    "a time in words": ("time", lambda x: x.replace("2021-06-01T12:00:01", "yesterday")),
    "a key twice": ("field", lambda x: x.replace('name="RetType"', 'name="DealFlag"')),
    "no sender": ("field", lambda x: x.replace("DXPENT0000012345", "")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_envelopes_are_refused_with_a_code(name: str) -> None:
    what, breaking = HOSTILE[name]
    with pytest.raises(Refused) as refused:
        unwrap(breaking(RAW).encode())
    assert refused.value.code == f"format.envelope.{what}"
    assert refused.value.zh and refused.value.en and refused.value.source


def test_the_decoded_message_is_bounded() -> None:
    raw = wrap(replace(MSG, data=b"x" * 1000))
    assert len(unwrap(raw, 1000).data) == 1000
    for limit in (996, 10):
        with pytest.raises(Refused, match="format.envelope.size"):
            unwrap(raw, limit)
    with pytest.raises(Refused, match="format.envelope.size"):
        unwrap(wrap(replace(MSG, data=b"x" * 300_000)), 1000)


def test_a_full_sized_message_passes() -> None:
    data = b"x" * (10 * 1024 * 1024)
    assert unwrap(wrap(replace(MSG, data=data))).data == data


def test_a_default_name_space_white_space_and_zones_are_understood() -> None:
    raw = RAW.replace("xmlns:dxp", "xmlns").replace("dxp:", "").replace(DATA, f"\n {DATA[:4]}\n{DATA[4:]}\n")
    for written, hour in (("12:00:01.5", 12), ("04:00:01Z", 4), ("12:00:01+08:00", 12)):
        read = unwrap(raw.replace("12:00:01", written).encode())
        assert read.data == MSG.data
        assert read.created.hour == hour
        assert read.created.replace(microsecond=0) == AT


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=16)


MESSAGES = st.builds(
    DxpMsg,
    TEXT,
    TEXT,
    st.lists(TEXT, min_size=1, max_size=5, unique=True),
    st.integers(0, 10**9).map(lambda seconds: AT + timedelta(seconds=seconds)),
    TEXT,
    st.binary(min_size=1, max_size=99),
    file_name=TEXT,
    keys=st.dictionaries(TEXT, TEXT, max_size=5),
)


@given(MESSAGES)
def test_any_message_survives_there_and_back(msg: DxpMsg) -> None:
    assert unwrap(wrap(msg)) == msg


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(raw: bytes) -> None:
    with pytest.raises(Refused, match="format.envelope"):
        unwrap(raw)
