"""The words and lights of the reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.rooms.tracking import api
from pilotzone.ui.wording import said

LIGHTS = {"opened": "yellow", "owned": "yellow", "explained": "blue", "closed": "green", "gone": "grey"}
OVERDUE = "red"


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


def pair(words: tuple[str, str]) -> str:
    """One of (Chinese, English)."""
    return words[1] if language().startswith("en") else words[0]


def kinds() -> dict[str, str]:
    """Kinds of residuals."""
    return {name: said(kind, "", language()) for name, kind in api.RESIDUAL_KINDS.items()}


def states() -> dict[str, str]:
    """States of residuals; `open` is all that is not settled."""
    return {"open": _("未核销"), **{name: pair(words) for name, words in api.RESIDUAL_STATES.items()}}


def owners() -> dict[str, str]:
    """Whose turn it may be."""
    return {name: pair(words) for name, words in api.RESIDUAL_OWNERS.items()}


def channels() -> dict[str, str]:
    """Who asked for a run."""
    return {"night": _("每夜"), "desk": _("人工发起"), "command": _("命令行")}


def run_states() -> dict[str, str]:
    """How far a run is."""
    return {"waiting": _("排队中"), "running": _("正在对账"), "done": _("已完成"), "failed": _("运行失败")}


def steps() -> dict[str, str]:
    """What happened to a residual."""
    return {
        "found": _("发现差异"), "changed": _("差异变化"), "reopened": _("重新打开"), "gone": _("已消除"), "owned": _("认领"),
        "explained": _("说明差异"), "closed": _("核销差异"), "handed": _("移交差异"),
        "proved": _("上传证据"),
    }  # fmt: skip


def light(row: Mapping[str, Any]) -> str:
    """The lamp of a residual: red while it is not settled a month after its term."""
    return OVERDUE if row["state"] in ("opened", "owned") and row["age"] > 30 else LIGHTS[row["state"]]
