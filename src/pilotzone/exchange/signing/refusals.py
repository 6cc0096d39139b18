"""Every reason a signature is refused: code, Chinese and English sentence, source, mend."""

from __future__ import annotations

from typing import NamedTuple

from pilotzone.base.errors import Refused


class Sentence(NamedTuple):
    """What a refused signature is told as, in both languages, and the rule's source."""

    zh: str
    en: str
    source: str = "CEB specification 2018-113 / 202205, signature (spec §5)"


W3C = "W3C XML Signature, enveloped; spec §5"
PLATFORM = "Platform rule: a signed message is exactly what was signed (intake §7)"

SENTENCES: dict[str, Sentence] = {
    # the document
    "size": Sentence(
        "报文超过允许的大小。",
        "The message is larger than allowed.",
        PLATFORM,
    ),
    "encoding": Sentence(
        "报文不是 UTF-8 编码。",
        "The message is not UTF-8.",
        "spec §2.1",
    ),
    "xml": Sentence(
        "报文不是格式良好的 XML：{detail}",
        "The message is not well-formed XML: {detail}",
        W3C,
    ),
    "dtd": Sentence(
        "报文含有 DTD，不予接受。",
        "The message carries a DTD, which is not accepted.",
        PLATFORM,
    ),
    "crowded": Sentence(
        "报文中有元素的属性或命名空间过多。",
        "An element of the message has too many attributes or name spaces.",
        PLATFORM,
    ),
    "comment": Sentence(
        "已签名的报文不得含有 XML 注释，因为注释不受签名保护。",
        "A signed message must not hold XML comments, since the signature does not cover them.",
        PLATFORM,
    ),
    "c14n": Sentence(
        "报文无法规范化：{detail}",
        "The message has no canonical form: {detail}",
        W3C,
    ),
    # where the signature stands and what it is made of
    "missing": Sentence(
        "报文没有数字签名。",
        "The message is not signed.",
    ),
    "many": Sentence(
        "报文有多个数字签名，只允许一个。",
        "The message has several signatures; one is allowed.",
    ),
    "place": Sentence(
        "数字签名的位置不对：进口报文应为根节点的最后一个元素，出口报文应在 ExtendMessage 之前。",
        "The signature must be last in an import message, before ExtendMessage in an export one.",
    ),
    "already": Sentence(
        "报文已经签名。",
        "The message is signed already.",
    ),
    "layout": Sentence(
        "报文没有可插入签名的根节点。",
        "The message has no root a signature could be put in.",
    ),
    "structure": Sentence(
        "数字签名的结构不对：{detail}",
        "The signature is not built as prescribed: {detail}",
    ),
    "reference": Sentence(
        '签名引用必须唯一且为 URI=""（整个报文）。',
        'The one Reference must be URI="", the whole message.',
    ),
    "transform": Sentence(
        "签名变换不被允许：{detail}",
        "The transform is not allowed: {detail}",
    ),
    "canonicalization": Sentence(
        "规范化算法不被允许（须为不带注释的 C14N 1.0）：{detail}",
        "The canonicalisation is not allowed (C14N 1.0 without comments is): {detail}",
    ),
    "algorithm": Sentence(
        "签名算法不被允许：{detail}",
        "The signature algorithm is not allowed: {detail}",
    ),
    "base64": Sentence(
        "{detail} 不是有效的 Base64。",
        "{detail} is not valid Base64.",
    ),
    # what it says
    "digest": Sentence(
        "摘要不符：报文在签名之后被改动过，或摘要计算有误。",
        "The digest does not match: the message was changed after signing, or digested wrongly.",
    ),
    "value": Sentence(
        "签名值不符：签名不是由所附证书的私钥对 SignedInfo 作出的。",
        "The signature value does not match: the certificate's key did not sign this SignedInfo.",
    ),
    "value_over_digest": Sentence(
        "签名值是对 DigestValue 字符串作出的，应对规范化的 SignedInfo 签名。",
        "The DigestValue text was signed; the canonical SignedInfo must be signed.",
    ),
    "key_name": Sentence(
        "KeyName（{detail}）不是所附证书的序列号。",
        "KeyName ({detail}) is not the serial number of the enclosed certificate.",
    ),
    # who signed
    "certificate": Sentence(
        "签名证书无法解析：{detail}",
        "The certificate cannot be read: {detail}",
        "X.509 v3; spec §5",
    ),
    "key": Sentence(
        "证书密钥与签名算法不匹配或长度不足：{detail}",
        "The key does not fit the algorithm or is too short: {detail}",
    ),
    "not_yet_valid": Sentence(
        "签名证书尚未生效。",
        "The certificate is not valid yet.",
        "X.509 v3 validity",
    ),
    "expired": Sentence(
        "签名证书已过期。",
        "The certificate has expired.",
        "X.509 v3 validity",
    ),
    "unknown_sender": Sentence(
        "签名证书不属于任何已登记的企业。",
        "The certificate belongs to no registered sender.",
        "spec §5, code -10101",
    ),
    "untrusted": Sentence(
        "签名证书不是由受信任的机构签发。",
        "No trusted authority issued the certificate.",
        "X.509 v3; spec §5",
    ),
    "revoked": Sentence(
        "签名证书已被吊销。",
        "The certificate is revoked.",
        "X.509 v3; spec §5",
    ),
    # making one
    "private_key": Sentence(
        "私钥无法读取：{detail}",
        "The private key cannot be read: {detail}",
        "PKCS #8",
    ),
    "pair": Sentence(
        "私钥与证书不是一对。",
        "The private key and the certificate are not a pair.",
        "X.509 v3",
    ),
    "control": Sentence(
        "电子口岸卡控件拒绝了请求：{detail}",
        "The card control refused: {detail}",
    ),
    "revocations": Sentence(
        "吊销列表不是由该机构签发。",
        "The revocation list was not issued by this authority.",
        PLATFORM,
    ),
}


def refusal(what: str, detail: str = "") -> Refused:
    """The refusal `signature.<what>`; `detail` fills its sentence."""
    sentence = SENTENCES[what]
    return Refused(
        code=f"signature.{what}",
        zh=sentence.zh.format(detail=detail),
        en=sentence.en.format(detail=detail),
        source=sentence.source,
    )
