"""The envelopes of the China E-port data exchange platform (spec §2.2).

`DxpMsg` (terminal node) wraps one business message, `DxpMsgSv` (transport node) wraps a DxpMsg between two
nodes; the exchange platform's own answer is `dxp_reply`. Receipts come back in a DxpMsg with sender and receiver
swapped. A signature over an envelope is made and checked by `exchange.signing` like any other.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pilotzone.base.days import stamp
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import dxp, envelope_regular

CUSTOMS_IMPORT = "DXPEDCCEB0000002"
CUSTOMS_EXPORT = "DXPEDCCEB0000003"
# the single window's electronic payment of tax; number and notice are the platform's own names (tag P)
TAX_PAYMENT = "DXPSWTAXPAY00001"
TAX_PAYMENT_NOTICE = "TaxPaymentNotice"
LARGEST_MESSAGE = 10 * 1024 * 1024

_SPACE = re.compile(r"[ \t\r\n]+")
_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>)?\s*<(?:[A-Za-z_][\w.-]{0,40}:)?(DxpMsgSv|DxpMsg|DxpRep)[\s/>]"
)


@dataclass(frozen=True)
class Head:
    """TransInfo: who sends what to whom."""

    message_id: str
    sender: str
    receivers: list[str]
    created: datetime
    message_type: str


@dataclass(frozen=True)
class DxpMsg:
    """One business message on its way. `created` is aware; `data` are the bytes of the business XML.

    `message_id` is unique at the sender; `keys` are the BizKey pairs (live ones: DealFlag, RetType).
    """

    message_id: str
    sender: str
    receivers: list[str]
    created: datetime
    message_type: str
    data: bytes = field(repr=False)
    file_name: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    node_id: str = ""
    ic_card: str = ""
    is_text: str = ""
    encode: str = ""
    map_id: str = ""
    signed: bool = False

    @property
    def head(self) -> Head:
        return Head(self.message_id, self.sender, self.receivers, self.created, self.message_type)


@dataclass(frozen=True)
class DxpMsgSv:
    """A DxpMsg between two transport nodes; `message_id` is made by `transit_id`."""

    message_id: str
    sent: datetime
    start_node: str
    end_node: str
    message: DxpMsg
    sub_id: str = ""


def is_envelope(raw: bytes) -> bool:
    """Whether `raw` begins like an envelope; `unwrap` decides whether it is one."""
    return bool(kind_of(raw))


def kind_of(raw: bytes) -> str:
    """`DxpMsg`, `DxpMsgSv`, `DxpRep`, or "" for anything else."""
    found = _ROOT.match(raw[:1024])
    return found[1].decode() if found else ""


def wrap(msg: DxpMsg) -> bytes:
    """The XML of `msg`; Refused `format.envelope.field` when a field does not fit."""
    if len(msg.receivers) == 1 and not (msg.keys or msg.node_id or msg.ic_card or msg.is_text or msg.map_id):
        quick = envelope_regular.written(
            msg.message_id, msg.sender, msg.receivers[0], msg.created, msg.message_type, msg.data, msg.file_name
        )
        if quick is not None:
            return quick
    return dxp.written(_msg_element(msg))


def unwrap(raw: bytes, max_bytes: int = LARGEST_MESSAGE) -> DxpMsg:
    """The DxpMsg in `raw`, taken out of its transport node if it lies in one.

    `max_bytes` bounds the decoded business message. Refused `format.envelope.…` for anything else.
    """
    quick = envelope_regular.read(raw, max_bytes=max_bytes, largest=_envelope_bytes(max_bytes))
    if quick is not None:
        return DxpMsg(
            quick.message_id, quick.sender, [quick.receiver], quick.created, quick.message_type, quick.data,
            file_name=quick.file_name,
        )  # fmt: skip
    root = dxp.read(raw, largest=_envelope_bytes(max_bytes))
    if dxp.is_a(root, "DxpMsgSv"):
        root = dxp.child(root, "DxpMsg")
    return _read_msg(root, max_bytes)


def split(msg: DxpMsg) -> list[DxpMsg]:
    """One message per receiver, as a transport node forwards them."""
    _check_receivers(msg.receivers)
    return [replace(msg, receivers=[receiver]) for receiver in msg.receivers]


def answer(msg: DxpMsg, *, by: str, message_id: str, created: datetime, message_type: str, data: bytes) -> DxpMsg:
    """The receipt to `msg` from its receiver `by`: sender and receiver swapped."""
    if by not in msg.receivers:
        raise dxp.refusal("receiver", f"{by} 不是该报文的接收方。", f"{by} is no receiver of this message.")
    return DxpMsg(
        message_id,
        by,
        [msg.sender],
        created,
        message_type,
        data,
        file_name=f"{message_type}_{message_id}.xml",
    )


def wrap_transit(transit: DxpMsgSv) -> bytes:
    """Write a DxpMsgSv; Refused for a field beyond its width."""
    root = dxp.root("DxpMsgSv", ver=dxp.VERSION)
    number = dxp.add(root, "SvNo", Ver=dxp.VERSION)
    dxp.add(number, "MsgId", dxp.fitting(transit.message_id, "MsgId"))
    if transit.sub_id:
        dxp.add(number, "SubMsgId", dxp.fitting(transit.sub_id, "SubMsgId"))
    dxp.add(number, "SendTime", dxp.moment_text(transit.sent))
    dxp.add(number, "EndNode", dxp.fitting(transit.end_node, "EndNode"))
    dxp.add(number, "StaNode", dxp.fitting(transit.start_node, "StaNode"))
    root.append(_msg_element(transit.message))
    return dxp.written(root)


def unwrap_transit(raw: bytes, max_bytes: int = LARGEST_MESSAGE) -> DxpMsgSv:
    """Read a DxpMsgSv as it travels between nodes; Refused where it is none or larger than `max_bytes` allows."""
    root = dxp.read(raw, largest=_envelope_bytes(max_bytes))
    if not dxp.is_a(root, "DxpMsgSv"):
        raise _not_a("DxpMsgSv")
    number = dxp.child(root, "SvNo")
    return DxpMsgSv(
        message_id=dxp.text(dxp.child(number, "MsgId"), "MsgId"),
        sub_id=dxp.text(dxp.maybe(number, "SubMsgId"), "SubMsgId", needed=False),
        sent=dxp.moment(dxp.text(dxp.child(number, "SendTime"), "SendTime"), "SendTime"),
        end_node=dxp.text(dxp.child(number, "EndNode"), "EndNode"),
        start_node=dxp.text(dxp.child(number, "StaNode"), "StaNode"),
        message=_read_msg(dxp.child(root, "DxpMsg"), max_bytes),
    )


def transit_id(node: str, at: datetime, sequence: int) -> str:
    """8 characters of the node, 14 digits of Shanghai time, 10 digits of a sequence that wraps round."""
    return f"{dxp.fitting(node, 'StaNode'):0>8}{stamp(at)}{sequence % 10**10:010d}"


def read_head(head: dxp.Element) -> Head:
    """A TransInfo, or the OriHead that repeats one."""
    receivers = [dxp.text(item, "ReceiverId") for item in dxp.each(dxp.child(head, "ReceiverIds"), "ReceiverId")]
    _check_receivers(receivers)
    return Head(
        message_id=dxp.text(dxp.child(head, "CopMsgId"), "CopMsgId"),
        sender=dxp.text(dxp.child(head, "SenderId"), "SenderId"),
        receivers=receivers,
        created=dxp.moment(dxp.text(dxp.child(head, "CreatTime"), "CreatTime"), "CreatTime"),
        message_type=dxp.text(dxp.child(head, "MsgType"), "MsgType"),
    )


def add_head(parent: dxp.Element, name: str, head: Head) -> None:
    """Append the head of a transport message under `name`; Refused for a field beyond its width or no receiver."""
    _check_receivers(head.receivers)
    item = dxp.add(parent, name)
    dxp.add(item, "CopMsgId", dxp.fitting(head.message_id, "CopMsgId"))
    dxp.add(item, "SenderId", dxp.fitting(head.sender, "SenderId"))
    receivers = dxp.add(item, "ReceiverIds")
    for receiver in head.receivers:
        dxp.add(receivers, "ReceiverId", dxp.fitting(receiver, "ReceiverId"))
    dxp.add(item, "CreatTime", dxp.moment_text(head.created))
    dxp.add(item, "MsgType", dxp.fitting(head.message_type, "MsgType"))


def _msg_element(msg: DxpMsg) -> dxp.Element:
    identity = {"Id": dxp.node_id(msg.node_id)} if msg.node_id else {}
    root = dxp.root("DxpMsg", ver=dxp.VERSION, **identity)
    add_head(root, "TransInfo", msg.head)
    if not msg.data:
        raise dxp.refusal("empty", "交换报文没有业务数据。", "The envelope holds no business message.")
    dxp.add(root, "Data", base64.b64encode(msg.data).decode())
    if not (msg.file_name or msg.ic_card or msg.keys or msg.is_text or msg.map_id):
        return root
    more = dxp.add(root, "AddInfo")
    dxp.add_if(more, "FileName", msg.file_name)
    dxp.add_if(more, "IcCard", msg.ic_card)
    if len(msg.keys) > dxp.MOST_KEYS:
        raise _too_many("Key", dxp.MOST_KEYS)
    if msg.keys:
        pairs = dxp.add(more, "BizKey")
        for name, value in msg.keys.items():
            dxp.add(pairs, "Key", dxp.fitting(value, "Key", needed=False), name=dxp.fitting(name, "Key/@name"))
    if msg.is_text:
        dxp.add(more, "IsText", msg.is_text, **({"Encode": msg.encode} if msg.encode else {}))
    dxp.add_if(more, "RecMapId", msg.map_id)
    return root


def _read_msg(root: dxp.Element, max_bytes: int) -> DxpMsg:
    if not dxp.is_a(root, "DxpMsg"):
        raise _not_a("DxpMsg")
    head = read_head(dxp.child(root, "TransInfo"))
    more = dxp.maybe(root, "AddInfo")
    marked = None if more is None else dxp.maybe(more, "IsText")

    def told(name: str) -> str:
        return "" if more is None else dxp.text(dxp.maybe(more, name), name, needed=False)

    return DxpMsg(
        head.message_id,
        head.sender,
        head.receivers,
        head.created,
        head.message_type,
        _decoded(dxp.child(root, "Data"), max_bytes),
        file_name=told("FileName"),
        keys=_read_keys(more),
        node_id=dxp.node_id(root.get("Id", "")),
        ic_card=told("IcCard"),
        is_text=told("IsText"),
        encode="" if marked is None else marked.get("Encode", ""),
        map_id=told("RecMapId"),
        signed=root.find(dxp.SIGNATURE) is not None,
    )


def _read_keys(more: dxp.Element | None) -> dict[str, str]:
    pairs = None if more is None else dxp.maybe(more, "BizKey")
    keys: dict[str, str] = {}
    for item in () if pairs is None else dxp.each(pairs, "Key"):
        name = dxp.fitting(item.get("name", ""), "Key/@name")
        if name in keys:
            raise dxp.refusal("field", f"BizKey 重复：{name}", f"BizKey occurs twice: {name}", Key=name)
        keys[name] = dxp.text(item, "Key", needed=False)
    if len(keys) > dxp.MOST_KEYS:
        raise _too_many("Key", dxp.MOST_KEYS)
    return keys


def _decoded(data: dxp.Element, max_bytes: int) -> bytes:
    """The bytes of a base64Binary, which may hold white space; bounded before anything is decoded."""
    if len(data):
        raise dxp.refusal("base64", "Data 只能是 Base64 文本。", "Data must be Base64 text only.", Data="base64")
    packed = data.text or ""
    if any(blank in packed for blank in " \t\r\n"):  # most senders write one line; looking for them is far cheaper
        packed = _SPACE.sub("", packed)
    if not packed:
        raise dxp.refusal("empty", "交换报文没有业务数据。", "The envelope holds no business message.", Data="1")
    if len(packed) // 4 * 3 > max_bytes + 2:
        raise dxp.refusal("size", "业务报文超过允许的大小。", f"The business message is larger than {max_bytes} bytes.")
    try:
        return binascii.a2b_base64(packed, strict_mode=True)
    except ValueError:  # binascii.Error, and text that is not ASCII
        raise dxp.refusal("base64", "Data 不是有效的 Base64。", "Data is not valid Base64.", Data="base64") from None


def _envelope_bytes(max_bytes: int) -> int:
    """Room for Base64 in lines of 64, and the rest of the envelope."""
    return max_bytes * 3 // 2 + 64 * 1024


def _check_receivers(receivers: list[str]) -> None:
    if not receivers:
        raise dxp.refusal("field", "缺少 ReceiverId。", "ReceiverId is missing.", ReceiverId="1")
    if len(receivers) > dxp.MOST_RECEIVERS:
        raise _too_many("ReceiverId", dxp.MOST_RECEIVERS)
    if len(set(receivers)) != len(receivers):
        raise dxp.refusal("field", "ReceiverId 重复。", "A ReceiverId occurs twice.", ReceiverId="unique")


def _too_many(name: str, most: int) -> Refused:
    return dxp.refusal("field", f"{name} 最多 {most} 个。", f"There may be {most} {name} at most.", **{name: str(most)})


def _not_a(name: str) -> Refused:
    return dxp.refusal("root", f"根节点不是 {name}。", f"The root element is not {name}.")
