"""The demonstration of data exchange: agreements at every stage, a few questions, and messages of which one is a dead letter. Synthetic."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.hub import agreements, asking, delivery, envelope, log, mailbox
from pilotzone.exchange.hub.agreements import Wanted
from pilotzone.exchange.hub.asking import Question
from pilotzone.exchange.hub.batches import send_batch
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Membership
from pilotzone.kernel.access.scope import scope

LAW = "国发〔2016〕51号第十二条"
# applicant, resource, owner, purpose, fields, how far it came
AGREEMENTS: tuple[tuple[str, str, str, str, tuple[str, ...], str], ...] = (
    ("tax", "samr.persons", "samr", "（演示）核实退税企业法定代表人", ("uscc", "name", "person", "phone"), "granted"),
    ("tax", "customs.list_status", "customs", "（演示）无票免税清单比对", ("list_no", "uscc", "mode", "state"), "granted"),
    ("safe", "customs.list_status", "customs", "（演示）收结汇真实性审核", ("list_no", "uscc", "state"), "checked"),
    ("customs", "samr.persons", "samr", "（演示）企业信用培育", ("uscc", "name"), "applied"),
    ("safe", "samr.persons", "samr", "（演示）外汇名录核对", ("uscc", "person"), "declined"),
)  # fmt: skip
ROLES = {"tax": "tax_officer", "customs": "customs_officer", "safe": "safe_officer", "samr": "agency_officer"}
MESSAGES = 6


def share() -> int:
    """Fill an empty register of agreements and exchange a little under them; how many agreements. A second call makes nothing."""
    checker = _actor(ZONE, "eport", "operator", 3)
    with scope(checker):
        if agreements.agreements(limit=1):
            return 0
    until = clock.today() + timedelta(days=180)
    numbers = []
    for applicant, resource, owner, purpose, fields, stage in AGREEMENTS:
        with scope(_actor(AGENCY, applicant, ROLES[applicant], 1)):
            number = agreements.apply(Wanted(resource, purpose, LAW, fields, until, 1000))
        numbers.append(number)
        if stage == "applied":
            continue
        with scope(checker):
            agreements.check(number, passes=True)
        if stage == "checked":
            continue
        with scope(_actor(AGENCY, owner, ROLES[owner], 2)):
            agreements.decide(
                number, grants=stage == "granted", reason="" if stage == "granted" else "用途与依据不符（演示）"
            )
    _ask(numbers[0])
    _send(numbers[1])
    with scope(PLATFORM):
        log.chain_up()
    return len(numbers)


def _ask(number: int) -> None:
    """What is granted but not answered yet, and what nobody granted: both stand in the log."""
    tax = _actor(AGENCY, "tax", ROLES["tax"], 1)
    for question in (
        Question("samr.filing_counts"),
        Question("samr.persons", number, {"uscc": "91360100MA00000X0K"}),
        Question("tax.nothing"),
    ):
        try:
            with scope(tax):
                asking.ask(question)
        except Problem as problem:
            with scope(tax):
                asking.refusal(question, problem)


def _send(number: int) -> None:
    """Customs tells states of lists; the receiver's system refuses one, whose key then waits."""
    told = [
        {
            "specversion": "1.0", "id": f"demo-{number}-{n}", "source": f"{envelope.SOURCE}zone.customs", "type": "customs.list_status",
            "subject": f"合成清单{n % 3:04d}", "time": clock.now().isoformat(), "pzagreement": number,
            "data": {"list_no": f"合成清单{n % 3:04d}", "uscc": "91360100MA00000X0K", "mode": "9610", "state": "放行" if n > 2 else "申报"},
        }
        for n in range(MESSAGES)
    ]  # fmt: skip
    with scope(_actor(AGENCY, "customs", ROLES["customs"], 2)):
        send_batch(json.dumps(told, ensure_ascii=False).encode())

    def receiver(target: str, event: dict[str, Any]) -> None:
        if event["id"].endswith("-2"):
            raise Refused(
                code="demo.refused",
                zh="（演示）接收系统拒收：字段过长",
                en="(demonstration) the receiver refuses it: a field is too long",
            )

    delivery.deliver(receiver)
    with scope(PLATFORM):
        assert mailbox.listed(state="dead")


def _actor(kind: str, unit: str, role: str, otherwise: int) -> Actor:
    """The party that plays this role, else a number nobody has: three different ones take the three steps."""
    with scope(PLATFORM):
        found = Membership.objects.filter(role=role, unit__path=f"zone.{unit}").order_by("pk").first()
    return Actor(
        kind=kind, person=found.person_id if found else 9_000_000 + otherwise, unit_path=f"zone.{unit}", role=role, reason="demonstration"
    )  # fmt: skip
