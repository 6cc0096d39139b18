"""Announcement 179: what is signed, what is sent, what is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.formats.payment_raw import Goods, OpenRequest, OrderPaid, PayHead, PaymentRaw

HEAD = PayHead(
    guid="9D55BA71-22DE-41F4-8B50-C36C83B3B530",
    initalRequest="https://pay.example/?a=\"1\"&b=2",
    initalResponse="ok",
    ebpCode="3601960A01",
    payCode="3601960P01",
    payTransactionId="2018121222001354081010726129",
    totalAmount=Decimal("516.10"),
    currency="142",
    verDept="3",
    payType="1",
    tradingTime="20181212041803",
    note="批量订单",
)  # fmt: skip
ORDER = OrderPaid(
    "SO1710301150602574003", (Goods("lhy-gnsku3", "https://m.example/1"),), "OSA571908863132601", None, "某店"
)
RAW = PaymentRaw("ad2254-8hewyf32-55616249", HEAD, (ORDER,), "1544519952469", "01691fe9", "QUJD")


def test_the_signed_string_is_the_one_customs_rebuilds() -> None:
    assert payment_raw.to_sign(RAW).decode() == (
        '"sessionID":"ad2254-8hewyf32-55616249"||"payExchangeInfoHead":"{"guid":"9D55BA71-22DE-41F4-8B50-C36C83B3B530"'
        ',"initalRequest":"https://pay.example/?a=\\"1\\"&b=2","initalResponse":"ok","ebpCode":"3601960A01"'
        ',"payCode":"3601960P01","payTransactionId":"2018121222001354081010726129","totalAmount":516.10'
        ',"currency":"142","verDept":"3","payType":"1","tradingTime":"20181212041803","note":"批量订单"}"'
        '||"payExchangeInfoLists":"[{"orderNo":"SO1710301150602574003","goodsInfo":[{"gname":"lhy-gnsku3"'
        ',"itemLink":"https://m.example/1"}],"recpAccount":"OSA571908863132601","recpName":"某店"}]"'
        '||"serviceTime":"1544519952469"'
    )


def test_raw_data_survive_the_way_there_and_back() -> None:
    text = payment_raw.write(RAW)
    assert payment_raw.read(text) == (RAW, [])
    assert payment_raw.to_verify(text) == payment_raw.to_sign(RAW)
    unsigned = payment_raw.signed(RAW, sign_value="", certificate_number="")
    assert payment_raw.signed(unsigned, sign_value="QUJD", certificate_number="01691fe9") == RAW


def test_service_time_may_be_a_number_as_the_annex_writes_it() -> None:
    text = payment_raw.write(RAW).replace('"1544519952469"', "1544519952469")
    assert payment_raw.read(text) == (RAW, [])
    assert payment_raw.to_verify(text) == payment_raw.to_sign(RAW)


def changed(path: str, value: Any) -> str:
    """The raw data with one member set, or removed where the value is None."""
    top = json.loads(payment_raw.write(RAW))
    *way, last = path.split("/")
    holder = top
    for step in way:
        holder = holder[int(step) if step.isdigit() else step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return json.dumps(top)


HEAD_PATH, LIST_PATH = "payExchangeInfoHead", "payExchangeInfoLists/0"
WRONG = [
    ("sessionID", None, "missing", "sessionID"),
    ("sessionID", 7, "value", "sessionID"),
    ("serviceTime", "12", "value", "serviceTime"),
    ("serviceTime", True, "value", "serviceTime"),
    ("signValue", "", "missing", "signValue"),
    (f"{HEAD_PATH}/initalRequest", None, "missing", f"{HEAD_PATH}/initalRequest"),
    (f"{HEAD_PATH}/initalResponse", "x" * 8001, "length", f"{HEAD_PATH}/initalResponse"),
    (f"{HEAD_PATH}/totalAmount", "516.10", "value", f"{HEAD_PATH}/totalAmount"),
    (f"{HEAD_PATH}/totalAmount", -1, "value", f"{HEAD_PATH}/totalAmount"),
    (f"{HEAD_PATH}/totalAmount", 1e300, "value", f"{HEAD_PATH}/totalAmount"),
    (f"{HEAD_PATH}/totalAmount", True, "value", f"{HEAD_PATH}/totalAmount"),
    (f"{HEAD_PATH}/totalAmount", 0.123456, "value", f"{HEAD_PATH}/totalAmount"),
    (f"{HEAD_PATH}/verDept", "4", "value", f"{HEAD_PATH}/verDept"),
    (f"{HEAD_PATH}/payType", "0", "value", f"{HEAD_PATH}/payType"),
    (f"{HEAD_PATH}/tradingTime", "20180230000000", "value", f"{HEAD_PATH}/tradingTime"),
    ("payExchangeInfoHead", [], "missing", "payExchangeInfoHead"),
    ("payExchangeInfoLists", [], "missing", "payExchangeInfoLists"),
    ("payExchangeInfoLists", ["x"], "value", "payExchangeInfoLists[1]"),
    (f"{LIST_PATH}/goodsInfo", [], "missing", "payExchangeInfoLists[1]/goodsInfo"),
    (f"{LIST_PATH}/goodsInfo", [{}], "missing", "payExchangeInfoLists[1]/goodsInfo[1]/gname"),
    (f"{LIST_PATH}/recpName", "x" * 101, "length", "payExchangeInfoLists[1]/recpName"),
]


@pytest.mark.parametrize(("path", "value", "what", "named"), WRONG)
def test_each_wrong_field_is_named(path: str, value: Any, what: str, named: str) -> None:
    raw, found = payment_raw.read(changed(path, value))
    assert raw is None
    assert (found[0].code, found[0].path) == (f"format.payment_raw_{what}", named)
    assert found[0].zh and found[0].en and found[0].source


@pytest.mark.parametrize("path", ["payType", "note"])
def test_optional_fields_may_be_absent(path: str) -> None:
    raw, found = payment_raw.read(changed(f"{HEAD_PATH}/{path}", None))
    assert not found
    assert raw is not None
    assert f'"{path}"' not in payment_raw.to_sign(raw).decode()


@pytest.mark.parametrize("text", ["", "[]", "1", "{", "\ud800", "[" * 100_000, b"\xff", " " * 1_100_000])
def test_what_is_no_object_is_refused(text: str | bytes) -> None:
    raw, found = payment_raw.read(text)
    assert raw is None
    assert found[0].code in ("format.payment_raw_json", "format.payment_raw_size")
    with pytest.raises(Refused, match="format.payment_raw"):
        payment_raw.read_open_request(text)


def test_customs_request_is_read_by_field() -> None:
    request = OpenRequest("SO1", "s-1", "1544519952469")
    assert payment_raw.read_open_request(payment_raw.write_open_request(request)) == request
    with pytest.raises(Refused) as refused:
        payment_raw.read_open_request('{"orderNo":"SO1","serviceTime":1}')
    assert set(refused.value.fields) == {"sessionID", "serviceTime"}


def test_answers_of_both_services() -> None:
    assert payment_raw.answer(service_time=1544519952469) == '{"code":"10000","message":"","serviceTime":1544519952469}'
    uploaded = payment_raw.answer(message="上传成功", service_time=1544519952469, total=0)
    assert payment_raw.read_answer(uploaded) == (True, "10000", "上传成功")
    assert payment_raw.read_answer('{"code":"20004","message":null}') == (False, "20004", "")
    for odd in ("", "{}", '{"code":"30000"}', '{"code":10}'):
        with pytest.raises(Refused, match="format.payment_raw"):
            payment_raw.read_answer(odd)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["guid", "goodsInfo", "x"]), inner),
    max_leaves=9,
)


@given(st.dictionaries(st.sampled_from(["sessionID", "payExchangeInfoHead", "payExchangeInfoLists"]), JSON))
def test_any_json_gets_findings_not_errors(top: dict[str, Any]) -> None:
    raw, found = payment_raw.read(json.dumps(top))
    assert raw is None
    assert found
