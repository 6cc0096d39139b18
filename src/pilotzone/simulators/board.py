"""The switchboard of the simulated counterparts: which there are, what each may be told to do wrong, in one vocabulary.

The same word means the same everywhere: `slow` milliseconds, `down` no answer, `repeat` and the like shares from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pilotzone.base.errors import Refused

MS, YES, SHARE, COUNT, CHOICE = "ms", "yes", "share", "count", "choice"
SLOWEST_MS = 30_000
FIRM = "firm:"
TRUE, FALSE = ("yes", "true", "on", "1", "是"), ("no", "false", "off", "0", "否")


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing that can be told: its word, the simulator's own field, its kind, what it does in both languages."""

    name: str
    field: str
    kind: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulator:
    """One counterpart and its switches."""

    name: str
    zh: str
    en: str
    switches: tuple[Switch, ...]

    def switch(self, name: str) -> Switch:
        """The switch of that word. Refused `simulate.switch` for another."""
        for one in self.switches:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.switches)
        raise Refused(
            code="simulate.switch", zh=f"“{self.name}”没有开关“{name[:40]}”，可用：{known}。",
            en=f"{self.name} has no switch {name[:40]}; there are: {known}.", fields={"switch": name[:40]},
        )  # fmt: skip

    def fields(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """What was typed as the simulator's own fields; Refused `simulate.switch`, `simulate.value`."""
        return {(one := self.switch(name)).field: value_of(one, text) for name, text in typed.items()}

    def shown(self, behaviour: Mapping[str, Any]) -> dict[str, Any]:
        """A behaviour in the board's words."""
        return {one.name: behaviour[one.field] for one in self.switches}


SLOW = Switch("slow", "delay_ms", MS, "答复前等待（毫秒）", "milliseconds before each answer")
DOWN = Switch("down", "down", YES, "不可用", "does not answer")
CUSTOMS = Simulator(
    "customs", "海关与交换节点", "Customs and its exchange node",
    (
        SLOW, DOWN,
        Switch("repeat", "repeat", SHARE, "回执重复的比例", "share of receipts sent twice"),
        Switch("reorder", "reorder", YES, "回执乱序", "receipts of a run are sent backwards"),
        Switch("review", "review", SHARE, "转人工审核的比例", "share of lists taken for manual review"),
        Switch("inspection", "inspection", SHARE, "查验的比例", "share of lists inspected"),
        Switch("field", "field_s", COUNT, "等待查检合一结果的秒数", "seconds it waits for the result of an inspection"),
        Switch("hold", "hold_s", COUNT, "清单等待单证的秒数", "seconds a list may wait for its documents"),
        Switch("ask", "ask", SHARE, "索取支付原始数据的比例", "share of import orders whose payment raw data are asked for"),
        Switch("unpaid", "unpaid", SHARE, "税单未缴的比例", "share of tax bills nobody pays"),
    ),
)  # fmt: skip
SINGLE_WINDOW = Simulator("singlewindow", "单一窗口登录", "Sign-on of the single window", (SLOW, DOWN))
UKEY = Simulator(
    "ukey", "电子口岸卡控件", "E-port card control",
    (
        Switch("slow", "slow_ms", MS, "答复前等待（毫秒）", "milliseconds before each answer"),
        Switch("digest", "rsa_digest", CHOICE, "RSA 摘要算法", "digest of RSA signatures", ("sha256", "sha1")),
    ),
)  # fmt: skip
BROKER = Simulator(
    "broker", "消息中间件", "Message broker",
    (
        SLOW, DOWN,
        Switch("lose", "lose", COUNT, "接下来收下但不确认、断开连接的报文数", "so many next messages it keeps and hangs up before the confirm"),
        Switch("repeat", "repeat", COUNT, "接下来忘记的确认数（报文再次送达）", "so many next acknowledgements it forgets, and delivers again"),
        Switch("late", "late", COUNT, "接下来视为超时的确认数（通道被关闭，报文再次送达）", "so many next acknowledgements come too late: it closes the channel, and delivers again"),
        Switch("full", "full", COUNT, "接下来因队列已满而拒收的报文数", "so many next messages it does not take, as a full queue"),
        Switch("blocked", "blocked", YES, "内存不足：暂停接收报文并告知", "low on memory: takes no messages, and says so"),
    ),
)  # fmt: skip
TAX = Simulator(
    "tax", "税务局（退税受理）", "Tax authority (refund filings)",
    (
        Switch("down", "tax_down", YES, "不可用", "does not answer"),
        Switch("refuse", "tax_refuse", SHARE, "不予受理的比例", "share of refund filings it does not take"),
        Switch("ask", "tax_ask", SHARE, "提出疑点的比例", "share of refund filings it asks about"),
        Switch("repeat", "tax_repeat", YES, "已取走的消息再次送达", "tells its news again although they were fetched"),
    ),
)  # fmt: skip
SAFE = Simulator(
    "safe", "外汇局", "SAFE",
    (SLOW, DOWN, Switch("refuse", "refuse_reports", YES, "不接收贸易信贷报告", "takes no trade-credit report")),
)  # fmt: skip
_DEPARTMENTS = {
    "samr": ("市场监管部门系统", "System of market regulation"), "customs": ("海关共享系统", "Sharing system of customs"),
    "tax": ("税务共享系统", "Sharing system of tax"), "safe": ("外汇共享系统", "Sharing system of SAFE"),
    "police": ("公安部门系统", "System of the police"), "post": ("邮政管理部门系统", "System of the postal administration"),
    "commerce": ("商务部门系统", "System of commerce"),
}  # fmt: skip
_OF_DEPARTMENTS = (
    SLOW, DOWN,
    Switch("garbled", "garbled", YES, "答复无法读取", "its answers cannot be read"),
    Switch("unknown", "unknown", YES, "查无此人", "knows nobody"),
    Switch("cycle", "cycle", YES, "登记互相指引成环", "its register refers in circles"),
)  # fmt: skip
DEPARTMENT = "register:"
DEPARTMENTS = tuple(
    Simulator(f"{DEPARTMENT}{name}", zh, en, _OF_DEPARTMENTS) for name, (zh, en) in _DEPARTMENTS.items()
)
BANK = "bank:"
_BANK = (
    SLOW, DOWN,
    Switch("repeat", "repeat", YES, "已送达的再次送达", "delivers again what was delivered"),
    Switch("broken", "broken", YES, "金额带三位小数", "its first amount has three decimals"),
    Switch("decides", "decides", YES, "自行按建议决定", "decides by itself as advised"),
)  # fmt: skip
CARRIER = "carrier:"
_CARRIER = (
    SLOW, DOWN,
    Switch("repeat", "repeat", YES, "一页中一半的运单重复", "a page tells half of its waybills twice"),
    Switch("reorder", "reorder", YES, "一页中的运单倒序", "a page comes newest first"),
    Switch("wrong", "wrong", YES, "一页首张运单的费用合计多一分", "the first waybill of a page is charged a cent too much"),
)  # fmt: skip
_FIRM = (
    SLOW,
    Switch("fail", "fail_next", COUNT, "接下来失败的次数", "so many pushes fail first"),
    Switch("lose", "lose", YES, "收下但不答复", "keeps the push and hangs up"),
    Switch("status", "status", COUNT, "应答的 HTTP 状态", "HTTP status it answers"),
)


def firm(name: str) -> Simulator:
    """A firm's system that is pushed receipts, by the name in its address."""
    return Simulator(f"{FIRM}{name}", f"企业接收系统 {name}", f"Receiving system of {name}", _FIRM)


def bank(name: str) -> Simulator:
    """A bank, by its customs code."""
    return Simulator(f"{BANK}{name}", f"银行 {name}", f"Bank {name}", _BANK)


def carrier(name: str) -> Simulator:
    """A carrier, by its customs code."""
    return Simulator(f"{CARRIER}{name}", f"物流企业 {name}", f"Carrier {name}", _CARRIER)


def simulator(name: str, known: Iterable[str] = ()) -> Simulator:
    """The simulator of that name; `known`: firms, banks and carriers there are. Refused `simulate.name` for another."""
    for one in (CUSTOMS, SINGLE_WINDOW, TAX, SAFE, *DEPARTMENTS, UKEY, BROKER):
        if one.name == name:
            return one
    if name in known:
        prefix, _, code = name.partition(":")
        return {FIRM: firm, BANK: bank, CARRIER: carrier}[f"{prefix}:"](code)
    raise Refused(
        code="simulate.name", zh=f"没有名为“{name[:60]}”的仿真方。", en=f"There is no simulator {name[:60]}.",
        mend_zh="用 pilotzone simulate list 查看。", mend_en="`pilotzone simulate list` names them.",
    )  # fmt: skip


def value_of(switch: Switch, text: str) -> Any:
    """A typed value as the switch takes it; Refused `simulate.value` for anything else."""
    told = text.strip().lower()
    if switch.kind == YES and told in (*TRUE, *FALSE):
        return told in TRUE
    if switch.kind == CHOICE and told in switch.choices:
        return told
    if switch.kind in (MS, COUNT) and told.isascii() and told.isdecimal() and len(told) < 9:
        number = int(told)
        if switch.kind == COUNT or number <= SLOWEST_MS:
            return number
    if switch.kind == SHARE:
        try:
            share = float(told)
        except ValueError:
            share = -1.0
        if 0 <= share <= 1:
            return share
    zh, en = _WANTED[switch.kind]
    raise Refused(
        code="simulate.value", zh=f"“{switch.name}”须为{zh}。", en=f"{switch.name} must be {en}.",
        fields={switch.name: text[:40]},
    )  # fmt: skip


_WANTED = {
    MS: (f"0 到 {SLOWEST_MS} 的整数", f"a whole number from 0 to {SLOWEST_MS}"),
    COUNT: ("非负整数", "a whole number"),
    SHARE: ("0 到 1 的小数", "a number from 0 to 1"),
    YES: ("yes 或 no", "yes or no"),
    CHOICE: ("所列值之一", "one of the values listed"),
}
