"""A handful of cases of the demonstration's firms at every stage, by the same verbs as people; everything in them is synthetic."""

from __future__ import annotations

from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.firms import of_role
from pilotzone.rooms.services import api as services

CONTACT = {"contact": "演示联系人", "phone": "0791-10000000"}
SHEET, PAPER = b"PK\x03\x04 synthetic", b"%PDF-1.4 synthetic"
OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer")
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
LATER = "2030-12-30"
TRAINING = {"course": "退（免）税与收结汇", "on": LATER, "persons": "6", "talent": "管理"} | CONTACT
# item, role of the firm, what it says, its papers, and what offices do with it afterwards
CASES: tuple[tuple[str, str, dict[str, Any], dict[str, tuple[str, bytes]], tuple[str, ...]], ...] = (
    ("filing-certificate", "ebc", {"purpose": "开户与融资", "copies": "1"} | CONTACT, {}, ("accept", "pass")),
    ("training", "ebc", TRAINING, {}, ()),
    ("training", "logi", TRAINING | {"persons": "50"}, {}, ("decline",)),
    ("inspection-slot", "agent", {
        "list_no": "合成清单0001", "change": "预约", "site": "（合成）昌北机场查验区", "day": LATER, "slot": "上午",
    } | CONTACT, {}, ("accept",)),
    ("exemption-registration", "ebc", {
        "since": "2021-01-08", "goods": "（合成）日用百货", "no_voucher": True, "year_amount": "120.50",
    } | CONTACT, {"ledger": ("合成明细.xlsx", SHEET)}, ("accept", "pass")),
    ("overseas-warehouse", "ebc", {
        "country": "德国", "city": "汉堡", "area": "800", "title_kind": "租赁", "until": LATER, "services": ["备货", "一件代发"],
    } | CONTACT, {"title": ("合成租约.pdf", PAPER)}, ("return",)),
)  # fmt: skip


def make_cases() -> int:
    """Apply, accept, return and decide where nobody applied yet; how many cases. A firm that has not filed is passed over."""
    with scope(PLATFORM):
        firms = {one.uscc: one.pk for one in Organisation.objects.filter(synthetic=True).exclude(uscc="")}
    made = 0
    for key, role, values, papers, then in CASES:
        clerk = Actor(kind=ENTERPRISE, organisation=firms.get(of_role(role)[0].uscc, 0), role="firm_admin")
        if not clerk.organisation or _there(clerk, key):
            continue
        try:
            with scope(clerk):
                number = services.apply(key=key, values=values, papers=papers)
        except Problem:  # its filing waits: the case comes once it is in force
            continue
        with scope(CUSTOMS if key == "inspection-slot" else OFFICE):
            for verb in then:
                _do(number, verb)
        made += 1
    _help(Actor(kind=ENTERPRISE, organisation=firms.get(of_role("ebc")[0].uscc, 0), role="firm_admin"))
    return made


def _there(clerk: Actor, key: str) -> bool:
    with scope(clerk):
        return any(one["item"] == key for one in services.mine(size=100)["rows"])


def _do(number: int, verb: str) -> None:
    if verb == "decline":
        services.decline(number, version=None, reason="本期名额已满，请报名下一期")
    elif verb == "return":
        remarks = {"area": "面积与租约不一致，请核对", "title": "租约缺中文译文"}
        services.return_(number, version=None, remarks=remarks, words="请补正后再提交")
    else:
        {"accept": services.accept, "pass": services.pass_}[verb](number, version=None, opinion="材料齐全")


def _help(clerk: Actor) -> None:
    if services.published()["total"]:
        return
    with scope(clerk):
        number = services.ask(kind="question", title="办件多久能办结", body="（合成）请问企业备案证明几天可以拿到？")
    with scope(OFFICE):
        services.reply(number, body="受理和出具各一个工作日，补正时间不计。")
        services.publish(
            number, title="企业备案证明几天可以拿到？", body="材料齐全时多久能拿到企业备案证明？",
            answer="受理和出具各一个工作日，共两个工作日；补正期间不计时。",
        )  # fmt: skip
