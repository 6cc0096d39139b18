"""代办退税 through the door: agreed, confirmed, filed; the producer's lines refunded once, by the service enterprise alone."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import Facts
from pilotzone.rooms.tax.models import RefundFiling
from pilotzone.rooms.tax.operations.export.signing import body_of
from pilotzone.rooms.tax.tests.exporting import GOOD, JUNE, Exporter, Released, decided, officer, refused

pytestmark = pytest.mark.django_db
SERVICE = Facts(
    "service",
    "A",
    customs_certified=True,
    risk_control=True,
    asset_ratio=Decimal("0.31"),
    first_refund_on=date(2016, 1, 1),
)
PRODUCER = Facts("producer", "B", first_refund_on=date(2018, 1, 1))


class Sides:
    """A service enterprise of class one and a producer, both recorded."""

    def __init__(self, released: Released) -> None:
        self.service, self.producer = Exporter(released, facts=SERVICE), Exporter(released, facts=PRODUCER)
        with scope(PLATFORM):
            self.code = Organisation.objects.get(pk=self.producer.firm).customs_code

    def propose(self, number: str = "XY-1", **changed: Any) -> int:
        told = {
            "producer": self.code, "number": number, "valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31),
            "controls": True, "at": JUNE,
        } | changed  # fmt: skip
        with scope(self.service.actor):
            return api.propose_agency(**told)

    def confirm(self, agreement: int, **changed: Any) -> None:
        with scope(self.producer.actor):
            api.confirm_agency(
                agreement, **{"own_goods": True, "contract_abroad": True, "account": "SYN-ACC", "at": JUNE} | changed
            )

    def filed(self) -> int:
        agreement = self.propose()
        self.confirm(agreement)
        with scope(officer(1)):
            api.file_agency(agreement, at=JUNE)
        return agreement

    def line(self, name: str, *, on: date = date(2021, 6, 18), voucher: str = "agency") -> tuple[str, int]:
        number = self.producer.release(name, on=on)
        self.producer.register(
            name, on=on, voucher=voucher, invoice_no=f"DB{name}", invoice_amount=Decimal("100.00"),
            refund_rate=Decimal("0.13"), received_on=on,
        )  # fmt: skip
        return number, 1

    def seen(self) -> list[dict[str, Any]]:
        with scope(self.service.actor):
            found: list[dict[str, Any]] = api.refund_agencies(on=JUNE.date())["rows"]
            return found

    def treatment(self, key: tuple[str, int]) -> tuple[str, list[str]]:
        with scope(self.producer.actor):
            found = api.export_line(*key)
        assert found is not None
        return found["treatment"], [one["code"] for one in found["assessment"]["reasons"]]


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> Sides:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    return Sides(released)


def test_from_the_agreement_to_the_refund(sides: Sides) -> None:
    sides.filed()
    key = sides.line("A")
    sides.producer.match()
    assert sides.treatment(key) == ("agency", ["rule.export.agency.fits"])
    with refused("rule.export.not_refundable"):
        sides.producer.draft(key, kind="production")
    with refused("rule.export.filing_kind"):
        sides.producer.draft(key, kind="agency")
    number = sides.service.draft(key, kind="agency")
    told = sides.service.filing(number)
    assert (told["amount"], told["principal"], told["class_number"]) == (Decimal("13.00"), sides.producer.firm, 1)
    assert told["assessment"]["algorithm"] == "export_refund_agency/2017-11-01" and told["assessment"]["cost"] == "0.00"
    with scope(PLATFORM):
        body = json.loads(body_of(RefundFiling.objects.get(number=number)))
    assert body["principal"] == sides.code and body["kind"] == "agency"
    with scope(sides.producer.actor):
        assert api.refund_filing(number, on=JUNE.date()) is not None, "the producer reads what is filed for him"
    with refused("rule.export.refunded_already"):
        sides.service.draft(key, kind="agency")
    decided(sides.service, number, refund_no="TH-DB-1")
    told = sides.service.filing(number)
    assert (told["state"], told["due_on"]) == ("paid", date(2021, 6, 28))
    assert sides.service.account()["refunded"] == 13 and sides.producer.account()["refunded"] == 0


def test_what_the_agreement_lacks_is_said_and_can_be_brought(sides: Sides) -> None:
    key = sides.line("A")
    sides.producer.match()
    assert sides.treatment(key) == ("waits", ["rule.export.agency.none"])
    agreement = sides.propose()
    sides.producer.match()
    assert "rule.export.agency.unconfirmed" in sides.treatment(key)[1]
    sides.confirm(agreement, own_goods=False)
    sides.producer.match()
    assert sides.treatment(key)[1] == ["rule.export.agency.not_filed", "rule.export.agency.own_goods"]
    with refused("rule.export.agency.not_filed"):
        sides.service.draft(key, kind="agency")
    sides.confirm(agreement)
    with scope(officer(1)):
        api.file_agency(agreement, at=JUNE)
    sides.producer.match()
    assert sides.treatment(key)[0] == "agency"


def test_an_ended_agreement_covers_what_was_exported_before(sides: Sides) -> None:
    agreement = sides.filed()
    before, after = sides.line("A", on=date(2021, 6, 21)), sides.line("B", on=date(2021, 6, 22))
    with scope(sides.producer.actor):
        api.end_agency(agreement, at=JUNE)
    later = JUNE + timedelta(days=3)
    sides.producer.match(at=later)
    assert sides.treatment(before)[0] == "agency"
    assert sides.treatment(after) == ("waits", ["rule.export.agency.agreement"])
    second = sides.propose("XY-2", valid_from=date(2021, 6, 22), valid_to=date(2022, 6, 21))
    assert second != agreement


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"producer": "没有"}, "rule.export.agency.client"),
        ({"producer": "a\0"}, "rule.export.agency.client"),
        ({"number": " "}, "rule.export.agency.days"),
        ({"number": "9" * 41}, "rule.export.agency.long"),
        ({"valid_to": date(2020, 12, 31)}, "rule.export.agency.days"),
    ],
)
def test_a_bad_agreement_is_refused(sides: Sides, changed: dict[str, Any], code: str) -> None:
    with refused(code):
        sides.propose(**changed)


def test_one_producer_has_one_agreement_at_a_time_and_each_side_does_its_part(sides: Sides, db: None) -> None:
    agreement = sides.propose()
    with refused("rule.export.agency.taken"):
        sides.propose("XY-2", valid_from=date(2021, 12, 31), valid_to=date(2022, 1, 1))
    with scope(officer(1)), refused("rule.export.agency.unconfirmed"):
        api.file_agency(agreement, at=JUNE)
    with scope(sides.service.actor), refused("rule.export.agency.unknown"):
        api.confirm_agency(agreement, own_goods=True, contract_abroad=True, account="X", at=JUNE)
    with refused("rule.export.agency.long"):
        sides.confirm(agreement, account="9" * 41)
    stranger = Exporter(sides.service.released, facts=GOOD)
    with scope(stranger.actor):
        assert api.refund_agencies(on=JUNE.date())["total"] == 0
        with refused("rule.export.agency.unknown"):
            api.end_agency(agreement, at=JUNE)
        with refused("rule.export.agency.service"):
            api.propose_agency(
                producer=sides.code, number="X", valid_from=JUNE.date(), valid_to=JUNE.date(), controls=True, at=JUNE
            )


def test_the_list_of_agreements_comes_in_pages_and_is_narrowed_by_state_and_firm(sides: Sides) -> None:
    last = sides.filed()
    for year in range(2022, 2025):
        last = sides.propose(f"XY-{year}", valid_from=date(year, 1, 1), valid_to=date(year, 12, 31))
    with scope(sides.service.actor):
        first, second = (api.refund_agencies({}, page, 3, on=JUNE.date()) for page in (1, 2))
        assert (first["total"], len(first["rows"]), first["rows"][0]["id"], len(second["rows"])) == (4, 3, last, 1)
        for state, count in (("proposed", 3), ("confirmed", 0), ("filed", 1), ("ended", 0), ("nonsense", 0)):
            found = api.refund_agencies({"state": state}, on=JUNE.date())
            assert found["total"] == count and all(row["state"] == state for row in found["rows"])
        assert api.refund_agencies({"state": "ended"}, on=date(2022, 1, 1))["total"] == 1
        assert api.refund_agencies({"number": "XY-2022"}, on=JUNE.date())["total"] == 1
        assert api.refund_agencies({"number": sides.code}, on=JUNE.date())["total"] == 4
    assert api.refund_agency(last, on=JUNE.date()) is None, "nobody sees nothing"


def test_two_producers_are_filed_apart(sides: Sides) -> None:
    sides.filed()
    one = sides.line("A")
    other = Sides(sides.service.released)
    other.service = sides.service
    agreement = other.propose("XY-9")
    other.confirm(agreement)
    with scope(officer(1)):
        api.file_agency(agreement, at=JUNE)
    two = other.line("B")
    sides.producer.match()
    other.producer.match()
    with refused("rule.export.agency.several"):
        sides.service.draft(one, two, kind="agency")
    assert sides.service.draft(one, kind="agency") != sides.service.draft(two, kind="agency")
