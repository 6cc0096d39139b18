"""Small messages in the shapes senders write them."""

from __future__ import annotations

CEB = "http://www.chinaport.gov.cn/ceb"
GUID = "4CDE1CFD-EDED-46B1-946C-B8022E42FC94"
TRANSFER = "<ceb:BaseTransfer><ceb:copCode>3601960A01</ceb:copCode><ceb:note></ceb:note></ceb:BaseTransfer>"


def canonical(name: str = "CEB311Message", note: str = "南昌 &amp; 青山湖", extra: str = "") -> bytes:
    """A message that is its own canonical form."""
    return (
        f'<ceb:{name} xmlns:ceb="{CEB}" guid="{GUID}" version="1.0"><ceb:Order><ceb:OrderHead>'
        f"<ceb:note>{note}</ceb:note><ceb:freight>0</ceb:freight></ceb:OrderHead></ceb:Order>"
        f"{TRANSFER}{extra}</ceb:{name}>"
    ).encode()


def as_printed(name: str = "CEB621Message", extra: str = "") -> bytes:
    """A message as the official samples are printed: declaration, attributes before name spaces, indented."""
    return (
        f'\ufeff<?xml version="1.0" encoding="UTF-8"?>\r\n<ceb:{name} guid="{GUID}" version="1.0"\r\n'
        f'   xmlns:ceb="{CEB}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\r\n'
        f"\t<ceb:Inventory><ceb:preNo/><ceb:note><![CDATA[a<b]]></ceb:note></ceb:Inventory>\r\n"
        f"\t{TRANSFER}{extra}\r\n</ceb:{name}>\r\n"
    ).encode()


def default_space(name: str = "CEB511Message", attribute: str = "") -> bytes:
    """A message in the default name space; `attribute` goes into its root."""
    return (
        f'<{name} xmlns="{CEB}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" {attribute}version="1.0" '
        f"guid='{GUID}'><Logistics><note>&#13; &gt;</note></Logistics></{name}>"
    ).encode()


SHAPES = {
    "canonical": canonical(),
    "canonical export": canonical("CEB603Message"),
    "as printed": as_printed(),
    "export with ExtendMessage": as_printed("CEB303Message", "\n\t<ceb:ExtendMessage><a/></ceb:ExtendMessage>"),
    "import with ExtendMessage": as_printed("CEB621Message", "<ceb:ExtendMessage><a/></ceb:ExtendMessage>"),
    "default name space": default_space(),
    "an xml: attribute": default_space(attribute='xml:lang="zh" '),
    "not a CEB message": b"<?pi x?><a:DxpMsg xmlns:a='urn:a' xmlns:ds='urn:other'>t<b/>u</a:DxpMsg>",
}
