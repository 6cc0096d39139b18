"""The export side from registration to refund through the door: what is filed, and each refusal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundEntry
from pilotzone.rooms.tax.tests.exporting import JUNE, Exporter, Released, decided, officer, refused

pytestmark = pytest.mark.django_db


def test_from_the_released_list_to_the_refund(firm: Exporter) -> None:
    key = firm.refundable("A")
    assert firm.match()["share"] == "1.0000"
    with scope(firm.actor):
        line = api.export_line(*key)
    assert line is not None and (line["treatment"], line["match"]) == ("refund", "matched")
    number = firm.draft(key)
    told = firm.filing(number)
    assert (told["amount"], told["state"], told["class_number"]) == (Decimal("13.00"), "draft", 1)
    assert firm.account() == {"applied": 13, "refunded": 0, "clawed": 0, "net": 0}
    decided(firm, number, refund_no="TH1")
    told = firm.filing(number)
    assert (told["state"], told["refund_no"], told["due_on"], told["light"]) == (
        "paid",
        "TH1",
        date(2021, 6, 28),
        "green",
    )
    assert firm.account() == {"applied": 0, "refunded": 13, "clawed": 0, "net": 13}
    with scope(PLATFORM):
        api.bureau().paid(number, "TH1", at=JUNE)
    assert firm.account()["refunded"] == 13, "the same word again changes nothing"
    assert any(step["parameters"] for step in told["assessment"]["steps"])


def test_an_exempt_line_is_refused_with_its_reason(firm: Exporter) -> None:
    number = firm.release("A")
    firm.register("A")
    firm.match()
    with refused("rule.export.not_refundable") as problem:
        firm.draft((number, 1))
    assert (
        "无票免税" in problem.value.zh
        and "免征增值税" in problem.value.zh
        and problem.value.source == "财税〔2018〕103号"
    )
    assert firm.account()["applied"] == 0


def test_only_what_fits_is_filed(firm: Exporter, released: Released) -> None:
    key = firm.refundable("A")
    with refused("rule.export.unmatched"):
        firm.draft(key)
    firm.match()
    with refused("rule.export.wrong_period"):
        firm.draft(key, month="2021-05")
    for month in ("2021-13", "2021/06", "", "2021-07", "９９９９-01"):
        with refused("rule.export.month"):
            firm.draft(key, month=month)
    with refused("rule.export.filing_kind"):
        firm.draft(key, kind="production")
    with refused("rule.export.prerefund_mode"):
        firm.draft(key, kind="prerefund", at=datetime(2021, 6, 30, tzinfo=SHANGHAI))
    with refused("rule.export.no_lines"):
        firm.draft()
    with refused("rule.export.too_many_lines"):
        firm.draft(*((f"L{place}", 1) for place in range(2001)))
    with refused("rule.export.unmatched"):
        firm.draft(("NOSUCHLIST", 1))
    first = firm.draft(key)
    with refused("rule.export.refunded_already"):
        firm.draft(key)
    with scope(firm.actor):
        api.withdraw_refund(first, at=JUNE)
    assert firm.account()["applied"] == 0
    assert firm.draft(key) != first


def test_an_expired_period_is_refused(firm: Exporter) -> None:
    key = firm.refundable("A", on=date(2026, 1, 1))
    firm.match("2026-01", at=datetime(2028, 12, 31, tzinfo=SHANGHAI))
    with refused("rule.export.expired"):
        firm.draft(key, month="2026-01", at=datetime(2029, 1, 2, tzinfo=SHANGHAI))
    assert firm.draft(key, month="2026-01", at=datetime(2029, 1, 1, tzinfo=SHANGHAI))


def test_a_late_filing_of_earlier_goods_needs_proof_of_receipt(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match(at=datetime(2023, 6, 1, tzinfo=SHANGHAI))
    late = datetime(2023, 6, 1, tzinfo=SHANGHAI)
    with refused("rule.export.fx_proof"):
        firm.draft(key, at=late)
    assert firm.draft(key, at=late, fx_proof="FX-1")


def test_a_filing_tells_every_entry(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    before = len(firm.filing(number)["entries"])
    with scope(PLATFORM):
        one = RefundEntry.objects.filter(filing__number=number).values().first()
        assert one is not None
        del one["id"]
        RefundEntry.objects.bulk_create(RefundEntry(**one | {"reference": f"again {n}"}) for n in range(501))
    assert len(firm.filing(number)["entries"]) == before + 501


def test_residuals_are_told_and_mended(firm: Exporter) -> None:
    number = firm.release("A")
    firm.release("B")
    firm.register("A", amount="118.02", voucher="special", invoice_no="1", invoice_amount=Decimal("100.00"))
    firm.register("C")
    told = firm.match()
    assert {name: told[name] for name in ("matched", "differing", "only_registered", "only_released")} == {
        "matched": 0, "differing": 1, "only_registered": 1, "only_released": 1,
    }  # fmt: skip
    with scope(firm.actor):
        assert [row["list_no"] for row in api.export_residuals("2021-06", firm=firm.firm)["rows"]] == [f"B{firm.run}"]
        differing = api.export_line(number, 1)
    assert differing is not None and differing["differs"] == ["price", "amount"]
    firm.register("A")
    assert firm.match()["matched"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Decimal("118.001")}, "rule.export.money"),
        ({"goods_name": ""}, "rule.export.six_fields"),
        ({"quantity": Decimal(0)}, "rule.export.six_fields"),
        ({"exported_on": date(2021, 6, 22)}, "rule.export.six_fields"),
    ],
)
def test_a_bad_registration_leaves_nothing(firm: Exporter, changes: dict[str, Any], code: str) -> None:
    from dataclasses import replace

    good = api.SixFields(date(2021, 6, 18), "T恤", "011", Decimal(2), Decimal(59), Decimal(118))
    rows = [api.Registration("GOOD1", 1, good), api.Registration("BAD1", 1, replace(good, **changes))]
    with scope(firm.actor), refused(code) as problem:
        api.register_exports(rows, at=JUNE)
    assert problem.value.mend_zh
    with scope(firm.actor):
        assert api.export_lines()["total"] == 0


def test_another_firm_sees_nothing_and_takes_nothing(firm: Exporter, released: Released) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    other = Exporter(released)
    with scope(other.actor):
        assert api.export_lines()["total"] == 0 and api.refund_filing(number, on=JUNE.date()) is None
        six = api.SixFields(date(2021, 6, 18), "T恤", "011", Decimal(2), Decimal(59), Decimal(118))
        with refused("rule.export.frozen"):
            api.register_exports([api.Registration(key[0], 1, six)], at=JUNE)
        with refused("rule.export.filing_unknown"):
            api.withdraw_refund(number, at=JUNE)
    for actor in (Actor(kind=ENTERPRISE, organisation=firm.firm, role="pay"), officer(1)):
        with scope(actor), pytest.raises(Denied):
            api.draft_refund(kind="trade", month="2021-06", lines=[key], at=JUNE)
    with scope(firm.actor), pytest.raises(Denied):
        api.review_refund(number, "approve", "x", at=JUNE)
