"""What somebody wrote or chose is kept whole or refused: a text cut off says something else than its writer meant."""

from __future__ import annotations

from collections.abc import Sized

from pilotzone.base.sentences import Sentences

__all__ = ["SENTENCES", "at_most", "whole"]

SENTENCES = Sentences({
    "text.long": ("{zh}超过{most}个字符", "{en} has more than {most} characters", "PilotZone 填写内容", "", "缩短后重新提交", "Shorten it and send it again"),
    "text.many": ("{zh}超过{most}项", "More than {most} {en}", "PilotZone 填写内容", "", "减少后分次提交", "Send them in parts"),
})  # fmt: skip


def whole(text: str, most: int, zh: str = "所填内容", en: str = "The text", *, field: str = "") -> str:
    """The text without NULs and blanks around it. Refused `text.long` where more than `most` characters are left.

    `zh` and `en` name the entry, `field` says which one of a form is meant. To be asked before anything is written.
    """
    told = text.replace("\0", "").strip()
    if len(told) > most:
        said = {field: f"{len(told)} > {most}"} if field else {}
        raise SENTENCES.refused("text.long", by_field=said, zh=zh, en=en, most=most)
    return told


def at_most(rows: Sized, most: int, zh: str, en: str, *, field: str) -> None:
    """Refused `text.many` where there are more than `most` rows: none is left out without a word.

    `zh` and `en` name what is counted; to be asked before anything is written.
    """
    if len(rows) > most:
        raise SENTENCES.refused("text.many", by_field={field: f"{len(rows)} > {most}"}, zh=zh, en=en, most=most)
