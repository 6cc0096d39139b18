"""The registers of market regulation, customs, tax and SAFE, and the electronic licence. Simulated.

None of the real interfaces is published; these are the shapes of the demonstration, in one place. What a register calls
its fields and codes is translated here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels.asking import Away, ask

PATIENCE_S = 3.0
REFERRALS = (
    3  # a body that was renumbered is found under its new code; registers that send one round in circles are broken
)
NAMES = {
    "samr": ("市场监管", "market regulation"),
    "customs": ("海关", "customs"),
    "tax": ("税务", "tax"),
    "safe": ("外汇管理", "SAFE"),
}
SOURCE = "登记机关接口（模拟） POST /registers"
# their field → ours
FIELDS: dict[str, dict[str, str]] = {
    "samr": {
        "ENTNAME": "name", "ENTTYPE": "entity_type", "DOM": "address", "ESTDATE": "established_on",
        "OPSCOPE": "business_scope", "REGSTATE": "entity_status", "ABNLIST": "abnormal", "LEREP": "legal_rep",
    },
    "customs": {
        "tradeName": "name", "regAddress": "address", "lawMan": "legal_rep", "tradeCode": "customs_code",
        "creditLevel": "customs_credit", "regStatus": "customs_status",
    },
    "tax": {"NSRMC": "name", "ZCDZ": "address", "FDDBR": "legal_rep", "NSRZG": "taxpayer_type", "NSXYJB": "tax_credit"},
    "safe": {"corpName": "name", "inList": "fx_listed", "grade": "fx_class"},
}  # fmt: skip
# their code → our word; what is not listed stays as it came
CODES: dict[str, dict[str, str]] = {
    "REGSTATE": {"1": "存续", "2": "吊销未注销", "3": "吊销已注销", "4": "注销", "9": "其他"},
    "inList": {"Y": "在名录", "N": "不在名录"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register told, in our field names; `serial` is its own number for the answer."""

    register: str
    uscc: str
    facts: dict[str, str]
    serial: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Who was verified for which body: name, legal_rep or handler, and the ticket that opens the registers."""

    uscc: str
    name: str
    capacity: str
    ticket: str


def look_up(url: str, register: str, uscc: str, ticket: str = "") -> Answer:
    """What a register tells of a body; without a ticket the open part only.

    Refused `channel.register.unknown`, `channel.register.proof`; Unavailable `channel.register.away`,
    `channel.register.cycle` (it sent one round in circles).
    """
    asked, code = {uscc}, uscc
    for _ in range(REFERRALS):
        status, told = _post(url, register, f"/registers/{register}/look-up", {"uscc": code, "ticket": ticket})
        if status == HTTPStatus.OK and isinstance(told.get("see"), str):
            code = told["see"]
            if code in asked:
                raise _unavailable("cycle", register, f"{uscc} ⇄ {code}"[:60])
            asked.add(code)
            continue
        if status == HTTPStatus.OK:
            return Answer(register, code, _facts(register, told), str(told.get("serial", ""))[:60])
        if status == HTTPStatus.NOT_FOUND:
            raise _refused("unknown", register)
        if status == HTTPStatus.FORBIDDEN:
            raise _refused("proof", register)
        raise _unavailable("away", register, f"HTTP {status}")
    raise _unavailable("cycle", register, uscc)


def by_licence(url: str, uscc: str, account: str, code: str) -> Proven:
    """Sign on with the electronic licence 电子营业执照: the holder, or a handler he appointed there.

    Refused `channel.licence.refused`; Unavailable `channel.register.away`.
    """
    status, told = _post(url, "samr", "/licence/sign-on", {"uscc": uscc, "account": account, "code": code})
    if status == HTTPStatus.OK:
        return proven(told)
    if status == HTTPStatus.FORBIDDEN:
        raise Refused(
            code="channel.licence.refused", zh="电子营业执照账号或动态码不正确，或不属于该单位。",
            en="The electronic licence does not know this account with this code for this body.",
            source="电子营业执照（模拟） POST /licence/sign-on",
        )  # fmt: skip
    raise _unavailable("away", "samr", f"HTTP {status}")


def proven(told: dict[str, Any]) -> Proven:
    """Who a sign-on (electronic licence or single window) verified. Refused `channel.licence.stranger` for nobody's."""
    uscc, name, capacity, ticket = (str(told.get(key, "")) for key in ("uscc", "name", "capacity", "ticket"))
    if not uscc or not ticket or capacity not in ("legal_rep", "handler"):
        raise Refused(
            code="channel.licence.stranger", zh="该账号不是任何单位的法定代表人或经办人。",
            en="This account is no body's legal representative or handler.", source=SOURCE,
        )  # fmt: skip
    return Proven(uscc, name[:40], capacity, ticket)


def enter(url: str, register: str, rows: Sequence[dict[str, Any]]) -> None:
    """Make bodies known to a simulated register: [{"uscc", "data"}]. Unavailable where it is no simulator of this machine."""
    status, _ = _post(url, register, f"/registers/{register}/entries", {"rows": list(rows)})
    if status != HTTPStatus.OK:
        raise _unavailable("away", register, f"HTTP {status}")


def _facts(register: str, told: dict[str, Any]) -> dict[str, str]:
    data = told.get("data")
    if not isinstance(data, dict):
        raise _unavailable("away", register, "unreadable answer")
    found = {}
    for theirs, ours in FIELDS[register].items():
        value = data.get(theirs)
        if value not in (None, ""):
            found[ours] = CODES.get(theirs, {}).get(str(value), str(value))[:2000].replace("\0", "")
    return found


def _post(url: str, register: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    if not url:
        raise _unavailable("away", register, "PILOTZONE_REGISTERS_URL")
    try:
        return ask(url, path, body, patience_s=PATIENCE_S)
    except Away as away:
        raise _unavailable("away", register, str(away)) from None


def _unavailable(what: str, register: str, detail: str) -> Unavailable:
    zh, en = NAMES[register]
    if what == "cycle":
        return Unavailable(
            code="channel.register.cycle", zh=f"{zh}登记互相指引成环（{detail}），请稍后再试；草稿已保留。",
            en=f"The register of {en} refers in circles ({detail}); try again later, the draft is kept.", source=SOURCE,
        )  # fmt: skip
    return Unavailable(
        code="channel.register.away", zh=f"{zh}登记暂时不可用（{detail}），请稍后再试；草稿已保留。",
        en=f"The register of {en} is away ({detail}); try again later, the draft is kept.", source=SOURCE,
    )  # fmt: skip


def _refused(what: str, register: str) -> Refused:
    zh, en = NAMES[register]
    if what == "unknown":
        return Refused(
            code="channel.register.unknown",
            zh=f"{zh}没有该单位的登记。",
            en=f"{en} does not know this body.",
            source=SOURCE,
        )
    return Refused(
        code="channel.register.proof", zh=f"{zh}登记须先验证法定代表人或经办人。",
        en=f"{en} tells nothing before the representative or a handler is verified.", source=SOURCE,
    )  # fmt: skip
