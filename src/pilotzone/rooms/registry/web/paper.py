"""The room's paper: 备案回执, the filing of a body with what it filed, once it is confirmed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.web import words
from pilotzone.ui.paper.kinds import Kind, number_of, too_early, unknown
from pilotzone.ui.paper.sheet import Column, Sheet, Table, digest_of, fact, shown
from pilotzone.ui.wording import said


def receipt(key: str) -> Sheet:
    """The receipt of a filing that was confirmed; a firm's own, or one an office sees."""
    told = _filing(number_of(key))
    if told["confirmed_at"] is None:
        raise too_early("备案尚未确认提交，没有回执。", "The filing is not confirmed yet: there is no receipt.")
    one, language = words.shown(told), get_language() or "zh-hans"
    standing = states.VALID if one["state"] in states.IN_FORCE else one["state"]
    return Sheet(
        title=_("跨境电商企业备案回执"),
        addressee=one["name"],
        lead=_("你单位的备案情况如下。"),
        facts=[
            fact(_("企业名称"), one["name"]), fact(_("统一社会信用代码"), one["uscc"]), fact(_("企业类型"), one["roles_word"]),
            fact(_("办理状态"), words.state_word(one["state"])), fact(_("确认时间"), one["confirmed_at"]),
            fact(_("生效日"), one["valid_from"]), fact(_("属地"), said(one, "unit", language)),
        ],
        tables=[
            *(_section(section, language) for section in one["sections"]),
            *([_licences(one["licences"], language)] if one["licences"] else []),
        ],
        notes=[_("备案信息变化时请及时变更；是否有效以扫码查询为准。")],
        stamp={
            "state": standing,
            "filed": digest_of([
                one["name"], one["roles"],
                [[field["key"], field["value"]] for section in one["sections"] for field in section["fields"]],
                [[row.get(part, "") for part in words.LICENCE_PARTS] for row in one["licences"]],
            ]),
        },
    )  # fmt: skip


KINDS = (Kind("filing", "BA", "跨境电商企业备案回执", "Receipt of filing", receipt),)


def _filing(number: int) -> dict[str, Any]:
    """A firm asks for its own by its own door, everybody else by the offices'."""
    if current().kind != ENTERPRISE:
        return api.filing(number)
    told = api.mine()
    if told is None or told["id"] != number:
        raise unknown()
    return told


def _section(section: dict[str, Any], language: str) -> Table:
    columns = [Column(_("项目"), share=1.2), Column(_("内容"), share=2.8)]
    rows = [[said(field, "", language), shown(field["shown"])] for field in section["fields"]]
    return Table(said(section, "", language), columns, rows)


def _licences(rows: list[dict[str, Any]], language: str) -> Table:
    columns = [
        Column(_("证照"), share=1.5), Column(_("编号"), share=1.5), Column(_("发证机关"), share=1.5), Column(_("生效日")),
        Column(_("失效日")),
    ]  # fmt: skip
    return Table(
        _("证照"),
        columns,
        [
            [
                said(row, "", language), shown(row.get("number")), shown(row.get("authority")), shown(row.get("valid_from")),
                shown(row.get("valid_to")),
            ]
            for row in rows
        ],
    )  # fmt: skip
