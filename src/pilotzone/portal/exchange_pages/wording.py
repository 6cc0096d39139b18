"""The words of states, classes and bodies in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from pilotzone.exchange.catalogue.shapes import CLASS_WORDS, KIND_WORDS, Resource
from pilotzone.kernel.access.models import Unit

STATES = {
    "applied": gettext_noop("待平台审核"), "checked": gettext_noop("待提供部门审批"), "granted": gettext_noop("已授权"),
    "returned": gettext_noop("已退回补正"), "declined": gettext_noop("不予授权"), "revoked": gettext_noop("已撤销授权"), "expired": gettext_noop("授权已到期"),
}  # fmt: skip
CORRECTIONS = {
    "open": gettext_noop("待提供部门答复"), "corrected": gettext_noop("已更正数据"), "kept": gettext_noop("维持原值"),
    "disputed": gettext_noop("有异议，待平台裁定"), "settled": gettext_noop("平台已裁定"),
}  # fmt: skip
MESSAGES = {
    "queued": gettext_noop("等待接收"), "taken": gettext_noop("对方已接收"), "dead": gettext_noop("死信"), "dropped": gettext_noop("已放弃"),
}  # fmt: skip
ENTRIES = {
    "query.answered": gettext_noop("查询已应答"), "query.refused": gettext_noop("请求被拒"), "message.taken": gettext_noop("消息已收存"),
    "message.repeated": gettext_noop("消息重复"), "message.refused": gettext_noop("消息被拒"), "message.delivered": gettext_noop("消息已送达"),
    "message.dead": gettext_noop("消息成为死信"), "message.replayed": gettext_noop("死信重放"), "message.dropped": gettext_noop("死信放弃"),
    "agreement.applied": gettext_noop("提出申请"), "agreement.checked": gettext_noop("平台审核通过"), "agreement.returned": gettext_noop("申请退回补正"),
    "agreement.granted": gettext_noop("部门同意授权"), "agreement.declined": gettext_noop("部门不予授权"), "agreement.revoked": gettext_noop("授权被撤销"),
    "count.told": gettext_noop("部门自报计数"), "correction.answered": gettext_noop("校核已答复"), "correction.settled": gettext_noop("平台已裁定"), "federation.out": gettext_noop("数据包发出"),
    "federation.in": gettext_noop("数据包收到"),
}  # fmt: skip
BUNDLES = {
    "sent": gettext_noop("数据包已生成"), "taken": gettext_noop("数据包已接收"), "repeated": gettext_noop("重复，无新记录"),
    "gap": gettext_noop("前面有缺，等待重发"),
}  # fmt: skip
FRESH = {"fresh": gettext_noop("按期更新"), "late": gettext_noop("超过更新周期"), "never": gettext_noop("尚未交换")}


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def bodies() -> dict[str, str]:
    """The names of all bodies by their place in the tree."""
    language = get_language()
    return {one.path: one.named(language) for one in Unit.objects.all()}


def named(one: Resource) -> str:
    """A resource's name."""
    return one.en if english() else one.zh


def version(now: str, coming: Resource | None) -> str:
    """The version in force and, where one was announced, that one with its day."""
    return now if coming is None else f"{now} → {coming.version} ({coming.since})"


def expects(coming: Mapping[str, Any]) -> str:
    """That a version was announced, and for which day."""
    return _("%(day)s起启用版本%(version)s") % {"day": coming["since"], "version": coming["version"]}


def kind(code: str) -> str:
    """A kind of sharing."""
    return KIND_WORDS[code][english()]


def klass(code: str) -> str:
    """A class of data."""
    return CLASS_WORDS[code][english()]


def state(code: str) -> str:
    """The state of an agreement, a correction or a message."""
    return _({**CORRECTIONS, **STATES, **MESSAGES}[code])


def entry(what: str) -> str:
    """What an entry of the log tells of."""
    return _(ENTRIES[what]) if what in ENTRIES else what


def numbered(text: str) -> int | None:
    """The number of a row a page begins after; None for the newest, and for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def typed(request: HttpRequest, name: str, most: int = 500) -> str:
    """What was typed into a field, without what no database takes."""
    return request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()[: most + 1]
