"""What a circle's seller has at the tax office and at the inspection, and what public bodies write about the plan: marked rows."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.db import connection

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.plan import api as plan
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tax.tests.exporting import GOOD, Released

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def desks(one: Any, now: datetime.datetime) -> None:
    """Rows of kinds tax, refund, inspection and plan for a circle (`world.Circle`) as of `now`."""
    with patch.object(clock, "now", lambda: now), patch.object(clock, "today", now.date):
        _guarantee(one, now)
        _refund(one, now)
        _inspection(one, now)
        _plan(one, now)


def _officer(role: str, unit: str, kind: str = AGENCY) -> Actor:
    with scope(PLATFORM):
        person, _made = Person.objects.get_or_create(username=f"leak-desk-{role}-{unit}")
    return Actor(kind=kind, person=person.pk, unit_path=unit, role=role)


def _seller(one: Any) -> Actor:
    with scope(PLATFORM):
        person, _made = Person.objects.get_or_create(username=f"leak-ebc-{one.number}")
    return Actor(kind=ENTERPRISE, person=person.pk, organisation=one.firms["ebc"], role="ebc")


def _guarantee(one: Any, now: datetime.datetime) -> None:
    """A paper of guarantee, and a bill of customs with its payment."""
    firm, words = one.firms["ebc"], one.mark("tax")
    with scope(_officer("customs_officer", "zone.customs")):
        tax.lodge(
            organisation=firm, number=f"保函{words}", kind="bank_letter", amount=Decimal("1000.00"), at=now,
            valid_from=now.date().replace(day=1), valid_to=None,
        )  # fmt: skip
    head = {
        "guid": words, "returnTime": f"{now:%Y%m%d}080000000", "invtNo": words, "taxNo": words, "status": "1", "customsTax": "0.00",
        "consumptionTax": "0.00", "valueAddedTax": "45.50",
    }  # fmt: skip
    with scope(PLATFORM), connection.cursor() as cursor:
        tax.store(cursor, [tax.bill_of_816(head, [{"gnum": "1", "gcode": "3304990029"}])], at=now)
        nothing = Decimal("0.00")
        ours = tax.OurTax(words, words, nothing, nothing, Decimal("45.50"), now.date(), (firm,), one.buyer)
        assert tax.know(cursor, [ours]) == 1
    one.owns("guarantee", firm)
    one.owns("text", words)


def _refund(one: Any, now: datetime.datetime) -> None:
    """An export registered with its invoice, and the refund drafted of it."""
    firm, words, released = one.firms["ebc"], one.mark("refund"), Released()
    on = now.date() - datetime.timedelta(days=4)
    released.rows.append({
        "trade": 1, "firm": firm, "list_no": words, "line_no": 1, "exported_on": on, "hs": "6109100000", "goods_name": f"衫{words}",
        "unit": "011", "quantity": "2", "price": "59", "amount": "118.00", "currency": "142", "mode": "9610", "customs_code": "4006",
        "simplified": False,
    })  # fmt: skip
    six = tax.SixFields(on, f"衫{words}", "011", Decimal(2), Decimal(59), Decimal("118.00"))
    proofs: dict[str, Any] = {
        "voucher": "special", "invoice_no": f"P{words}", "invoice_amount": Decimal("100.00"), "refund_rate": Decimal("0.13"), "received_on": on,
    }  # fmt: skip
    with scope(_officer("tax_officer", "zone.tax")):
        tax.record_export_firm(
            organisation=firm, valid_from=datetime.date(2019, 1, 1), general=True, refund_filed=True, facts=GOOD, at=now,
            reason=words,
        )  # fmt: skip
    with patch.object(clearance, "export_lines", released), scope(_seller(one)):
        assert tax.register_exports([tax.Registration(words, 1, six, **proofs)], at=now) == 1
        tax.match_exports(f"{on:%Y-%m}", at=now)
        drafted = tax.draft_refund(kind="trade", month=f"{on:%Y-%m}", lines=[(words, 1)], at=now, fx_proof=words)
    one.owns("refund", drafted["number"])
    one.owns("text", words)


def _inspection(one: Any, now: datetime.datetime) -> None:
    """An order of joint inspection, opened with a finding and a picture, and the seller's objection."""
    desk, words = clearance.inspections, one.mark("inspection")
    numbers: dict[str, str | None] = {"orderNo": f"O{words}", "logisticsNo": f"W{words}", "invtNo": f"I{words}"}
    firms: dict[str, int | None] = {"ebc": one.firms["ebc"], "logi": one.firms["logi"]}
    trade = 5_900_000 + one.number
    row = desk.Seen(trade, "inspection", "I", "9610", "4006", numbers, firms, [one.firms["ebc"]], "100.00")
    with scope(PLATFORM):
        desk.take([row], now)
        found = desk.of_trade(trade)
        assert found is not None
        number = int(found["id"])
    begins = (now + datetime.timedelta(days=1)).replace(hour=1 + one.number, minute=0)  # from nine in Shanghai on
    with scope(_officer("customs_inspector", "zone.customs")):
        version = desk.schedule(
            number=number, version=desk.told(number)["version"], bay=1, begins=begins,
            ends=begins + datetime.timedelta(minutes=30),
        )  # fmt: skip
        version = desk.open_goods(number=number, version=version, reason="")
        desk.keep_evidence(number=number, key=uuid.uuid4(), kind="photo", content=PNG + words.encode(), name=words)
        desk.conclude(
            number=number,
            version=version,
            supervision="problem",
            quarantine="passed",
            outcome="hold",
            findings=f"不符{words}",
        )
    with scope(_seller(one)):
        desk.object_to(number=number, words=f"异议{words}")
    with scope(_officer("liaison", "zone.commerce")):
        case = desk.open_case(port=desk.ports()[0]["port"], subject=one.mark("plan"), words=one.mark("plan"))
    one.owns("inspection", number)
    one.owns("liaison", case)
    one.owns("text", numbers["orderNo"])


def _plan(one: Any, now: datetime.datetime) -> None:
    """A declared report with its paper, a request for a deadline, an objection, a liaison, a meeting with minutes and a decision."""
    words, body, office = one.mark("plan"), _officer("liaison", "zone.commerce"), _officer("zone_officer", "zone", ZONE)
    theirs, work = plan.plan_in_force(), plan.work_rule()
    with scope(body):
        task = [each.no for each in theirs.tasks if plan.responsible(body, each)][
            one.number
        ]  # nobody asks twice for one
        month = datetime.date(2020, 9 + one.number, 1)  # one report a month
        one.owns(
            "plan", plan.declare(
                plan=theirs, task=task, month=month, status="going", words=words, at=now, name=f"{words}.txt", body=words.encode()
            ),
        )  # fmt: skip
        one.owns("plan", plan.ask_deadline(plan=theirs, task=task, due="2022-12", reason=words, at=now))
        one.owns("plan", plan.object_to(plan=theirs, task=task, light="red", reason=words, at=now))
    with scope(_officer("district_officer", f"zone.districts.d{one.county}", "district")):
        plan.name_liaison(
            plan=theirs, work=work, unit="", name=f"联{words}", post=words, contact=words, since=now.date(), at=now
        )
    held = now + datetime.timedelta(days=one.number)  # one meeting a day
    with scope(office):
        item = {"kind": "task", "key": str(task), "zh": words, "en": words, "page": f"/plan/tasks/{task}/"}
        meeting = plan.call(
            plan=theirs, kind="extraordinary", day=held.date(), place=words, chair=words, agenda=[item], at=now
        )
        plan.hold(meeting=meeting, minutes=words, at=held)
        action = plan.decide(
            plan=theirs, work=work, meeting=meeting, words=words, unit="zone.commerce", task=task, due=None, at=held
        )
    one.owns("plan", meeting)
    one.owns("plan", action)
