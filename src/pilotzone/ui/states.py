"""The words for what state a thing is in, and the tone they are shown in. A word always stands with its colour.

Trade states are the words firms know from the single window; their keys are those of the clearance room, the return
statuses of the customs messages (ceb spec §4) and the Chinese words themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

GOOD, BUSY, WAIT, BAD, PLAIN = "good", "busy", "wait", "bad", "plain"


@dataclass(frozen=True)
class State:
    """A word to show (a Chinese msgid), its tone, and the keys it is known by."""

    word: str
    tone: str
    keys: tuple[str, ...] = ()


STATES = (
    State(_("暂存"), PLAIN, ("draft", "1")),
    State(_("等待单证"), WAIT, ("waiting",)),
    State(_("商品资料缺口"), WAIT, ("gap",)),
    State(_("核对通过"), BUSY, ("passed",)),
    State(_("已发送海关"), BUSY, ("sent",)),
    State(_("申报中"), BUSY, ("declaring", "2", "at_customs", "3")),
    State(_("发送失败"), BAD, ("send_failed", "4")),
    State(_("海关入库"), BUSY, ("stored", "120")),
    State(_("人工审核"), WAIT, ("review", "300")),
    State(_("查验"), WAIT, ("inspection", "500")),
    State(_("审结"), BUSY, ("examined", "399")),
    State(_("放行"), GOOD, ("released", "800")),
    State(_("结关"), GOOD, ("closed", "899")),
    State(_("退单"), BAD, ("returned", "100")),
    State(_("挂起"), WAIT, ("suspended", "600")),
    State(_("移交"), WAIT, ("handed_over", "505")),
    State(_("扣留"), BAD, ("detained", "501", "502", "503", "599")),
    State(_("退运"), BAD, ("sent_back", "700")),
    State(_("处理失败"), BAD, ("error", "failed", "dead")),
    State(_("平台未通过"), BAD, ("refused",)),
    State(_("等待超时"), BAD, ("expired",)),
    State(_("已撤销"), PLAIN, ("cancelled",)),
    State(_("未知回执状态"), PLAIN, ("unknown",)),
    State(_("历史单证"), PLAIN, ("past",)),
    State(_("争议"), WAIT, ("disputed",)),
    State(_("已受理"), BUSY, ("accepted", "kept")),
    State(_("待办"), WAIT, ("todo",)),
    State(_("办结"), GOOD, ("done",)),
    State(_("规划中"), PLAIN, ("planned",)),
    State(_("待推送"), WAIT),
    State(_("已送达"), GOOD),
    State(_("死信"), BAD),
    State(_("启用"), GOOD),
    State(_("停用"), PLAIN),
    State(_("对方已关闭"), BAD),
    State(_("待发送"), WAIT),
    State(_("已发出"), BUSY),
    State(_("已答复"), GOOD),
    State(_("被拒收"), BAD),
    State(_("已搁置"), PLAIN),
)
LIGHTS = {
    "green": State(_("绿灯 正常"), GOOD),
    "yellow": State(_("黄灯 临期"), WAIT),
    "red": State(_("红灯 滞后"), BAD),
    "long": State(_("长期"), PLAIN),
}
PARTIES = {
    "ebp": _("电商平台企业"),
    "ebc": _("电商企业"),
    "pay": _("支付企业"),
    "logi": _("物流企业"),
    "declarant": _("报关企业"),
    "agent": _("报关企业"),
    "area": _("区内企业"),
    "sender": _("发送方"),
    "buyer": _("订购人"),
    "platform": _("线上综合服务平台"),
    "customs": _("海关"),
    "tax": _("税务"),
    "zone": _("综试办"),
    "bank": _("银行"),
    "service": _("外综服企业"),
    "safe": _("外汇局"),
}
_BY_KEY = {key: state for state in STATES for key in (state.word, *state.keys)}


def state_of(key: object) -> State:
    """The state of a key; a key nobody knows is shown as it is, in a plain tone, never hidden."""
    text = str(key if key is not None else "").strip()
    return _BY_KEY.get(text) or State(text or "—", PLAIN)


def light_of(colour: object) -> State:
    """The light of a colour; a colour that is none of them says so."""
    return LIGHTS.get(str(colour)) or State(_("未亮灯"), PLAIN)


def in_life(key: str) -> tuple[int, str]:
    """The place of a state in a trade's life, to sort by."""
    return next((at for at, one in enumerate(STATES) if key in one.keys), len(STATES)), key
