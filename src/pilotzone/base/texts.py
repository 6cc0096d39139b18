"""What somebody wrote is kept whole or refused: a text cut off says something else than its writer meant."""

from __future__ import annotations

from pilotzone.base.errors import Refused

__all__ = ["whole"]


def whole(text: str, most: int, zh: str = "所填内容", en: str = "The text", *, field: str = "") -> str:
    """The text without NULs and blanks around it. Refused `text.long` where more than `most` characters are left.

    `zh` and `en` name the entry, `field` says which one of a form is meant. To be asked before anything is written.
    """
    told = text.replace("\0", "").strip()
    if len(told) > most:
        raise Refused(
            code="text.long", zh=f"{zh}超过{most}个字符", en=f"{en} has more than {most} characters",
            fields={field: f"{len(told)} > {most}"} if field else {}, mend_zh="缩短后重新提交", mend_en="Shorten it and send it again",
        )  # fmt: skip
    return told
