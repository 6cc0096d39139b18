"""Who may send what: the sender against the codes in the document, and the enterprises it names (§6.1 #16, 194号)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pilotzone.rooms.clearance.engine import kinds
from pilotzone.rooms.clearance.engine.case import Head
from pilotzone.rooms.clearance.engine.kinds import IMPORT, ROLE_OF_FIELD, Kind
from pilotzone.rooms.clearance.engine.parties import ROLE_WORDS, Directory, Firm
from pilotzone.rooms.clearance.engine.rows import joined_parties
from pilotzone.rooms.clearance.errors import Fault, Rule

ABROAD = frozenset({"无", "NO"})  # a foreign platform, a producer unknown to customs (spec §3, CEB303, CEB603)

UNKNOWN_SENDER = Rule(
    "rule.sender.unknown", whose="sender", official="-10102", tag="A",
    zh="传输企业未在本平台登记，或签名证书不属于它", en="the sending enterprise is not registered, or the certificate is not its own",
    source="海关跨境统一版规范 ceb §2.1 copCode, §6.1 #16",
    mend_zh="请先办理备案并登记证书", mend_en="Register the enterprise and its certificate first.",
)  # fmt: skip
NO_RIGHT = Rule(
    "rule.sender.right", whose="sender", official="-621016", tag="A",
    zh="传输企业不是{what}的{roles}，也没有其委托，不能发送",
    en="the sender is not the {what_en}'s {roles} and holds no mandate from it",
    source="海关总署公告2018年第194号；海关跨境统一版规范 ceb §1",
    mend_zh="请由本单证责任企业发送，或由其登记委托(快件、邮政企业须书面担责)",
    mend_en="The enterprise responsible sends it, or registers a mandate (express and post: written liability).",
)  # fmt: skip
NOT_ENTRUSTED = Rule(
    "rule.sender.entrusted", whose="sender", official="-621016", tag="P",
    zh="电商企业{code}已在平台登记其{what}的报关委托，传输企业不在有效委托之内，不能发送",
    en="the e-commerce enterprise {code} has named who declares its {what_en} here; the sender is not among them now",
    source="海关总署公告2018年第194号（境内代理人、报关企业受委托申报）",
    mend_zh="请电商企业在“代理授权”中登记或延长委托，或由其委托的报关企业发送",
    mend_en="The e-commerce enterprise grants or extends the authority under “Mandates”, or its declarant sends it.",
)  # fmt: skip
UNKNOWN_FIRM = Rule(
    "rule.enterprise.unknown", whose="declarant", official="-10102", tag="A",
    zh="{field}所填企业{code}未登记", en="{field} names the enterprise {code}, which is not registered",
    source="海关跨境统一版规范 ceb §6.1 #16",
    mend_zh="请核对企业代码，或先办理企业登记", mend_en="Check the code, or register the enterprise first.",
)  # fmt: skip
WRONG_ROLE = Rule(
    "rule.enterprise.role", whose="declarant", official="-10101", tag="A",
    zh="{field}所填企业{code}未登记为{role}", en="{field}: enterprise {code} is not registered as {role}",
    source="海关跨境统一版规范 ceb §6.1 #16",
    mend_zh="请核对企业代码和登记的企业类型", mend_en="Check the code and the registered type of the enterprise.",
)  # fmt: skip
SUSPENDED = Rule(
    "rule.enterprise.suspended", whose="zone",
    zh="{field}所填企业{code}已暂停业务", en="{field}: enterprise {code} is suspended",
    source="handbook §1.3 M10",
    mend_zh="请联系综试区主管部门", mend_en="Contact the zone office.",
)  # fmt: skip
DECLARANT, SELLER = "agentCode", "ebcCode"
_STRICT = ("ebpCode", "ebcCode", "payCode", "logisticsCode", "agentCode", "areaCode")


@dataclass(frozen=True, slots=True)
class Named:
    """What a batch found out about the enterprises some documents name, by the codes alone.

    `parties`: the distinct organisations, the sender among them, ascending.
    """

    ids: Mapping[str, int]
    parties: Sequence[int]
    unit: str
    wrong_sender: Fault | None
    faults: Sequence[Fault]


Memory = dict[tuple[object, ...], Named]


def named(kind: Kind, head: Head, sender: int | None, on: date, directory: Directory, memory: Memory) -> Named:
    """The enterprises a document names, and whether `sender` may send it; the same codes are looked up once a batch."""
    codes = (kind.number, sender, on, *map(head.get, ROLE_OF_FIELD))
    found = memory.get(codes)
    if found is None:
        firms = firms_of(head, directory)
        ebc = firms.get("ebc")
        ids = {role: firm.id for role, firm in firms.items()}
        found = memory[codes] = Named(
            ids, joined_parties(ids, () if sender is None else (sender,)), ebc.unit if ebc is not None else "",
            judge_sender(kind, head, sender, directory, on), judge_firms(kind, head, directory),
        )  # fmt: skip
    return found


def firms_of(head: Head, directory: Directory) -> dict[str, Firm]:
    """The registered enterprises a document names, by role."""
    found = {}
    for field, role in ROLE_OF_FIELD.items():
        code = head.get(field)
        if code and (firm := directory.firm(code.strip())) is not None:
            found[role] = firm
    return found


def judge_sender(kind: Kind, head: Head, sender: int | None, directory: Directory, on: date) -> Fault | None:
    """Whether the proven sender may send this document: in its own name, or with a mandate."""
    if sender is None:
        return UNKNOWN_SENDER.fault()
    principals = []
    for field in kind.senders:
        firm = directory.firm(head.get(field, "").strip())
        if firm is not None and firm.id == sender:
            return _unentrusted(kind, head, sender, directory, on) if field == DECLARANT else None
        if firm is not None:
            principals.append(firm.id)
    if kind.entrusted and any(directory.mandated(one, sender, kind.name, on) for one in principals):
        return None
    words = [ROLE_WORDS[ROLE_OF_FIELD[field]] for field in kind.senders]
    roles, roles_en = "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
    return NO_RIGHT.fault(what=kind.zh, what_en=kind.en, roles=roles, roles_en=roles_en)


def _unentrusted(kind: Kind, head: Head, sender: int, directory: Directory, on: date) -> Fault | None:
    """A declarant whom the seller does not name, where the seller names its declarants on the platform at all."""
    code = head.get(SELLER, "").strip()
    seller = directory.firm(code) if code else None
    if seller is None or seller.id == sender or not directory.manages(seller.id, kind.name):
        return None
    if directory.mandated(seller.id, sender, kind.name, on):
        return None
    official = _NO_RIGHT_OF.get(kind.name, "")
    return NOT_ENTRUSTED.fault(official=official, code=code, what=kind.zh, what_en=kind.en)


_NO_RIGHT_OF = {kinds.CANCEL: "-623026", kinds.REFUND: "-625021"}


def judge_firms(kind: Kind, head: Head, directory: Directory) -> list[Fault]:
    """Every enterprise a document names is registered, of the fitting type and not suspended."""
    found = []
    for field in _STRICT:
        code = (head.get(field) or "").strip()
        if not code or (kind.flow != IMPORT and code in ABROAD):
            continue
        firm, role = directory.firm(code), ROLE_OF_FIELD[field]
        if firm is None:
            found.append(UNKNOWN_FIRM.fault(field=field, code=code))
        elif role not in firm.roles:
            found.append(
                WRONG_ROLE.fault(field=field, code=code, role=ROLE_WORDS[role][0], role_en=ROLE_WORDS[role][1])
            )
        elif firm.suspended:
            found.append(SUSPENDED.fault(field=field, code=code))
    return found
