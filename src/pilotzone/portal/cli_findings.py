"""How the command line tells what is wrong with a message: code, sentences, source, whose error it is, how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# whose error: Chinese, English
PARTIES = {
    "ebp": ("电商平台企业", "e-commerce platform"), "ebc": ("电商企业", "e-commerce enterprise"), "pay": ("支付企业", "payment enterprise"),
    "logi": ("物流企业", "carrier"), "declarant": ("报关企业", "declarant"), "agent": ("报关企业", "declarant"),
    "area": ("区内企业", "area enterprise"), "sender": ("发送方", "sender"), "buyer": ("订购人", "buyer"),
    "platform": ("线上综合服务平台", "platform"), "customs": ("海关", "customs"), "tax": ("税务", "tax authority"), "zone": ("综试办", "zone office"),
}  # fmt: skip


def sentences(told: Mapping[str, Any]) -> Iterator[str]:
    """A finding or refusal as lines: the Chinese and the English sentence, the source in brackets behind; then whose error and mend.

    Sentences are `zh` and `en` or `text_zh` and `text_en`; a place that ends both of them is said once, in front.
    """
    zh, en = (str(told.get(tongue) or told.get(f"text_{tongue}") or "") for tongue in ("zh", "en"))
    zh, en, place = _apart(zh, en)
    if place:
        yield place
    yield zh
    yield f"{en}  [{told['source']}]" if told.get("source") else en
    if whose := str(told.get("whose") or ""):
        yield "责任方 whose error: " + " ".join(dict.fromkeys(PARTIES.get(whose, (whose,))))
    if mend := " ".join(str(told.get(f"mend_{tongue}") or "") for tongue in ("zh", "en")).strip():
        yield f"如何修改 how to mend: {mend}"


def _apart(zh: str, en: str) -> tuple[str, str, str]:
    """Both sentences without the element path that ends them, and the path; as they are where they end otherwise."""
    place = en.rpartition(" (/")[2]
    tail = f" (/{place}"
    if place.endswith(")") and zh.endswith(tail) and en.endswith(tail):
        return zh.removesuffix(tail), en.removesuffix(tail), f"/{place[:-1]}"
    return zh, en, ""
