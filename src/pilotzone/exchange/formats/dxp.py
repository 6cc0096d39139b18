"""XML of the China E-port data exchange platform (DXP): read without trust, write in order (spec §2.2).

What the three nodes of `envelope` share: the name space, the widths of the fields, text in and text out.
Element names are as the schema prints them, `CreatTime` and `RecevierId` included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import cast

from lxml import etree

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused

NAMESPACE = "http://www.chinaport.gov.cn/dxp"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
VERSION = "1.0"
SOURCE = "DXP terminal and transport nodes (spec §2.2)"

# Widest text of each element or attribute, characters; all are at least 1 where present and not optional.
WIDTHS = {
    "CopMsgId": 255,
    "SenderId": 16,
    "ReceiverId": 16,
    "MsgType": 30,
    "FileName": 255,
    "IcCard": 13,
    "Key": 64,
    "Key/@name": 32,
    "MsgId": 32,
    "SubMsgId": 32,
    "EndNode": 8,
    "StaNode": 8,
}
MOST_RECEIVERS = 5
MOST_KEYS = 5

Element = etree._Element
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?", re.ASCII)  # xs:dateTime
_ID = re.compile(r"[A-Za-z_][\w.-]{0,254}", re.ASCII)


def refusal(what: str, zh: str, en: str, **fields: str) -> Refused:
    """The refusal `format.envelope.<what>`."""
    return Refused(code=f"format.envelope.{what}", zh=zh, en=en, source=SOURCE, fields=fields)


def read(raw: bytes, *, largest: int) -> Element:
    """The root of `raw`; a DTD, another encoding, cut or oversized XML is refused."""
    if len(raw) > largest:
        raise refusal("size", "交换报文超过允许的大小。", f"The envelope is larger than {largest} bytes.")
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if b"<!DOCTYPE" in text:
        raise refusal("dtd", "交换报文含有 DTD，不予接受。", "The envelope carries a DTD, which is not accepted.")
    # One text node of a full message is beyond libxml2's usual limit; the size was checked above.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=len(text) > 9_000_000)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        shown = " ".join(str(broken).split())[:120]
        raise refusal(
            "xml", f"交换报文不是格式良好的 XML：{shown}", f"The envelope is not well-formed XML: {shown}"
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:  # one in another encoding
        raise refusal("dtd", "交换报文含有 DTD，不予接受。", "The envelope carries a DTD, which is not accepted.")
    return cast(Element, root)


def is_a(item: Element, name: str) -> bool:
    """Whether the element is `name` of the DXP namespace."""
    return bool(item.tag == f"{{{NAMESPACE}}}{name}")


def maybe(parent: Element, name: str) -> Element | None:
    """The only child `name`, or None; two are refused."""
    found = parent.findall(f"{{{NAMESPACE}}}{name}")
    if len(found) > 1:
        raise refusal("field", f"{name} 出现了多次。", f"{name} occurs more than once.", **{name: "1"})
    return found[0] if found else None


def child(parent: Element, name: str) -> Element:
    """The only child `name`; Refused `dxp.field` where it is missing or there twice."""
    found = maybe(parent, name)
    if found is None:
        raise refusal("field", f"缺少 {name}。", f"{name} is missing.", **{name: "1"})
    return found


def each(parent: Element, name: str) -> Iterator[Element]:
    """Every child `name`, in order."""
    return cast(Iterator[Element], parent.iterchildren(f"{{{NAMESPACE}}}{name}"))


def text(item: Element | None, name: str, *, needed: bool = True) -> str:
    """The text of `item`, within the width of `name`; "" for None or empty where not needed."""
    value = "" if item is None else (item.text or "").strip()
    if item is not None and len(item):
        raise refusal("field", f"{name} 只能是文本。", f"{name} must be text only.", **{name: "text"})
    return fitting(value, name, needed=needed)


def fitting(value: str, name: str, *, needed: bool = True) -> str:
    """`value` when it fits the width of `name`; Refused `format.envelope.field` otherwise."""
    if needed and not value:
        raise refusal("field", f"缺少 {name}。", f"{name} is missing.", **{name: "1"})
    widest = WIDTHS.get(name, 1000)
    if len(value) > widest:
        raise refusal(
            "field",
            f"{name} 超过 {widest} 个字符。",
            f"{name} is longer than {widest} characters.",
            **{name: str(widest)},
        )
    return value


def moment(value: str, name: str) -> datetime:
    """An xs:dateTime; without a zone it is Shanghai time, as all senders mean it."""
    found = _DATE_TIME.fullmatch(value)
    try:
        if found:
            fraction = (found[2] or "").ljust(6, "0")[:6]
            parsed = datetime.fromisoformat(f"{found[1]}.{fraction}{(found[3] or '').replace('Z', '+00:00')}")
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=SHANGHAI)
    except ValueError:
        pass
    shown = value[:40]
    raise refusal(
        "time", f"{name} 不是日期时间：{shown}", f"{name} is not a date and time: {shown}", **{name: "dateTime"}
    )


def moment_text(value: datetime) -> str:
    """Shanghai time to the second, without a zone, as the exchange platform writes it."""
    if value.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    return value.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(timespec="seconds")


def node_id(value: str) -> str:
    """An xs:ID, not all digits by its own grammar; "" when absent."""
    if value and not _ID.fullmatch(value):
        raise refusal("field", "Id 不是有效的 xs:ID。", "Id is not a valid xs:ID.", Id="xs:ID")
    return value


def root(name: str, /, **attributes: str) -> Element:
    """A new root element `name` with its attributes."""
    return etree.Element(f"{{{NAMESPACE}}}{name}", attributes, nsmap={"dxp": NAMESPACE})


def add(parent: Element, name: str, value: str | None = None, /, **attributes: str) -> Element:
    """Append `name`; text XML cannot carry is refused."""
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    try:
        made.text = value
    except ValueError:
        raise refusal(
            "field", f"{name} 含有 XML 不允许的字符。", f"{name} holds characters XML forbids.", **{name: "XML"}
        ) from None
    return cast(Element, made)


def add_if(parent: Element, name: str, value: str) -> None:
    """Append an optional element when there is something to say."""
    if value:
        add(parent, name, fitting(value, name))


def written(top: Element) -> bytes:
    """The document as UTF-8 bytes with its XML declaration."""
    return etree.tostring(top, encoding="UTF-8", xml_declaration=True)
