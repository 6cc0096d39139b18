"""The filings of the demonstration's firms: known to the simulated registers, then filed, reviewed and accepted by the real path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from pilotzone.base.errors import Refused
from pilotzone.exchange.channels import register_trials as trials
from pilotzone.exchange.channels import registers as channel
from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel.access.actor import DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation, Unit
from pilotzone.kernel.access.roles import read
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo import signon
from pilotzone.portal.demo.firms import Firm, everyone, of_role
from pilotzone.portal.demo.people import buyer
from pilotzone.reference.filing import form
from pilotzone.rooms.registry import api as registry

# what is left waiting, so that every desk has something to do: firm → where its filing stops
STOPS = {113: "returned", 114: "confirmed", 115: "draft", 131: "prereviewed", 139: "confirmed", 147: "changing"}
VALUES = {
    "contact": "演示联系人", "phone": "0791-10000000", "categories": "母婴、美妆、食品", "markets": "日本、韩国、德国",
    "shops": "（合成）演示店铺", "platform_name": "（合成）演示平台", "domain": "demo.example", "dispute_desk": "0791-10000001",
    "payment_scope": "互联网支付", "transport_kinds": "国内快递、直购进口派送", "site_code": "4001SYN01", "site_area": "12000",
    "broker_scope": "南昌昌北机场、南昌综合保税区", "bank_services": "（合成）跨境收付汇、结售汇",
    "service_kinds": "（合成）代理出口、收结汇、退税申报、物流", "service_clients": "12",
}  # fmt: skip
LICENCES = {
    "logi": {"kind": "express", "number": "合成快许0001", "authority": "合成邮政管理局", "valid_from": "2019-01-01", "valid_to": "2027-12-31"},
    "pay": {"kind": "payment", "number": "合成支付0001", "authority": "合成人民银行", "valid_from": "2019-01-01", "valid_to": "2027-12-31", "scope": "互联网支付"},
    "ebp": {"kind": "telecom", "number": "合成电信0001", "authority": "合成通信管理局", "valid_from": "2019-01-01", "valid_to": "2027-12-31"},
    "bank": {"kind": "finance", "number": "合成金融0001", "authority": "合成金融监管局", "valid_from": "2019-01-01", "valid_to": ""},
    "area": {"kind": "site", "number": "合成场所0001", "authority": "合成海关", "valid_from": "2019-01-01", "valid_to": "2027-12-31"},
}  # fmt: skip
PLAYED = ("ebc", "ebp", "pay", "logi", "agent", "area", "bank", "service")
OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer")


def make_known(url: str) -> int:
    """Enter every firm, and one the zone does not know, in the four registers; how many. Unavailable where they are away."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in channel.NAMES}
    for firm in everyone():
        _enter(rows, firm.uscc, firm.name, firm.number, firm.customs_code, _place(firm.unit))
    _enter(rows, trials.newcomer(), "（演示）未备案新企业", 99001, "", "南昌市青山湖区")
    for name, entries in rows.items():
        channel.enter(url, name, entries)
    _handlers(url)
    return len(rows["samr"])


def _handlers(url: str) -> None:
    """The parties' accounts at the single window are those of handlers their firms authorised."""
    roles = {row["key"]: row.get("firm", row["role"]) for row in read("parties.yaml") if "unit" not in row}
    for account, code, person in signon.accounts():
        firms = of_role(roles.get(account.removeprefix("sw-"), ""))
        if firms:
            singlewindow.register(url, account, code, person | {"uscc": firms[0].uscc, "capacity": "handler"})


def file_all(firms_to_file: Iterable[Firm]) -> int:
    """File those firms that have not filed, by the same verbs as people; how many were filed now.

    A firm whose form has faults stops no other: its problem is raised once all were tried. Unavailable where the registers are away.
    """
    with scope(PLATFORM):
        units = {unit.code: unit.path for unit in Unit.objects.all()}
        firms = {
            one.uscc: one.pk
            for one in Organisation.objects.filter(synthetic=True).exclude(uscc="").order_by(F("pk"))
        }  # fmt: skip
    filed, last = 0, None
    for firm in firms_to_file:
        if firm.uscc in firms:
            try:
                filed += _file(firm, firms[firm.uscc], units[firm.unit])
            except Refused as problem:
                last = problem
    if last is not None:
        raise last
    return filed


def first_ones() -> list[Firm]:
    """Those a visitor meets at once: who can be played, and who waits at a desk."""
    played = {of_role(role)[0].number for role in PLAYED}
    return [firm for firm in everyone() if firm.number in played or firm.number in STOPS]


def _file(firm: Firm, organisation: int, unit: str) -> bool:
    clerk = Actor(kind=ENTERPRISE, organisation=organisation, role="firm_admin")
    stops = STOPS.get(firm.number, "valid")
    with scope(clerk):
        if registry.claim() is not None:
            return False
        number = int(registry.start(uscc=firm.uscc, roles=[firm.role])["id"])
        if stops == "draft":
            return True
        registry.verify(number, version=None, method="licence", account=trials.ACCOUNT, code=trials.code_of(firm.uscc))
        asked = form([firm.role])
        registry.fill(
            number, version=None, roles=[firm.role], licences=[LICENCES[firm.role]] if firm.role in LICENCES else [],
            values={name: text for name, text in VALUES.items() if name in asked.by_key} | {"unit": firm.unit},
        )  # fmt: skip
        registry.confirm(number, version=None, commitments=[one.key for one in asked.commitments])
    if stops == "confirmed":
        return True
    with scope(Actor(kind=DISTRICT, unit_path=unit, role="district_officer")):
        if stops == "returned":
            remarks = {"phone": "电话无人接听，请核对", "shops": "请列明全部店铺"}
            registry.send_back(number, version=None, remarks=remarks, reason="联系方式和店铺信息不完整")
            return True
        registry.prereview(number, version=None, reason="材料齐全")
    if stops != "prereviewed":
        with scope(OFFICE):
            registry.accept(number, version=None)
    if stops == "changing":
        with scope(clerk):
            changed = {"payee_account": "（合成）演示银行 6222 0000"}
            registry.change(number, version=None, roles=[firm.role], values=changed, licences=[], reason="更换收款账户")
    return True


def _enter(
    rows: dict[str, list[dict[str, Any]]], code: str, name: str, number: int, customs_code: str, place: str
) -> None:
    person = buyer(500_000 + number)
    who, address = person.name, f"（合成）{place}演示路{number % 400 + 1}号"
    holder = {"account": trials.ACCOUNT, "code": trials.code_of(code), "name": who, "capacity": "legal_rep"}
    books: dict[str, dict[str, Any]] = {
        "samr": {
            "UNISCID": code, "ENTNAME": name, "ENTTYPE": "有限责任公司（合成）", "DOM": address, "ESTDATE": "2018-06-01",
            "OPSCOPE": "跨境电子商务及相关服务（合成）", "REGSTATE": "1", "LEREP": who, "LEREPID": person.document, "TEL": person.phone,
            "HOLDERS": [holder],
        },
        "customs": {
            "tradeCode": customs_code, "tradeName": name, "creditLevel": "高级认证" if number % 9 == 1 else "一般信用",
            "gradedOn": "2020-03-02",
            "regStatus": "有效", "lawMan": who,
            # every eleventh moved house and told customs nothing
            "regAddress": address if number % 11 else "（合成）南昌市旧址路1号",
        },
        "tax": {
            "NSRSBH": code, "NSRMC": name.replace("（", "(").replace("）", ")"), "NSRZG": "一般纳税人",
            "NSXYJB": "MAB"[number % 3], "ZCDZ": address, "FDDBR": who if number % 13 else "前任法人（合成）",
        },
        "safe": {"corpCode": code[8:17], "corpName": name, "inList": "Y", "grade": "A"},
    }  # fmt: skip
    for register, data in books.items():
        rows[register].append({"uscc": code, "data": data})


def _place(code: str) -> str:
    return Unit.objects.filter(code=code).values_list("name_zh", flat=True).first() or "南昌市"
