"""The export side from registration to refund through the door: each refusal, each guard, and the ledgers that re-add."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.signing import DemoAuthority, sign_text
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import Claim, Facts, Month
from pilotzone.rooms.tax.engine.export.ledger import RefundLedger
from pilotzone.rooms.tax.models import RefundEntry, RefundFiling, RefundLine
from pilotzone.rooms.tax.queries import export as queries
from pilotzone.rooms.tax.tests.exporting import GOOD, JUNE, Exporter, Released, officer

pytestmark = pytest.mark.django_db
SPRING = datetime(2025, 3, 14, 10, tzinfo=SHANGHAI)


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> Released:
    made = Released()
    monkeypatch.setattr(clearance, "export_lines", made)
    return made


@pytest.fixture
def firm(released: Released) -> Exporter:
    return Exporter(released)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=code.replace(".", r"\."))


def decided(firm: Exporter, number: str, at: datetime = JUNE, refund_no: str = "") -> None:
    """From draft to paid, as the authority and two officers would; signing is tested by itself."""
    with scope(PLATFORM):
        RefundFiling.objects.filter(number=number).update(state="signed")
        api.bureau().received(number, accepted=True, receipt_no="SL1", text="", at=at)
    with scope(officer(1)):
        api.review_refund(number, "approve", "单证齐全", at=at)
    with scope(officer(2)):
        api.decide_refund(number, "approve", "同意", at=at)
    if refund_no:
        with scope(PLATFORM):
            api.bureau().paid(number, refund_no, at=at)


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
        assert [row["list_no"] for row in api.export_residuals("2021-06", firm=firm.firm)] == [f"B{firm.run}"]
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


def test_review_and_decision_are_of_two_persons_with_reasons(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    with scope(officer(1)), refused("rule.export.filing_state"):
        api.review_refund(number, "approve", "早了", at=JUNE)
    with scope(PLATFORM):
        RefundFiling.objects.filter(number=number).update(state="signed")
        api.bureau().received(number, accepted=True, receipt_no="SL1", text="", at=JUNE)
    with scope(officer(1)):
        with refused("rule.export.reason"):
            api.review_refund(number, "approve", " ", at=JUNE)
        api.review_refund(number, "refuse", "发票异常", at=JUNE)
        with refused("rule.export.four_eyes"):
            api.decide_refund(number, "refuse", "同意", at=JUNE)
    with scope(officer(2)):
        api.decide_refund(number, "back", "请再核实", at=JUNE)
    with scope(officer(3)):
        api.review_refund(number, "refuse", "发票异常", at=JUNE)
    with scope(officer(1)):
        api.decide_refund(number, "refuse", "同意", at=JUNE)
    assert firm.filing(number)["state"] == "refused" and firm.account()["applied"] == 0
    assert firm.draft(key), "a refused line may be filed again"


def test_the_database_guards_too(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    decided(firm, number, refund_no="TH1")
    with scope(PLATFORM):
        filing = RefundFiling.objects.get(number=number)
        for make in (
            lambda: RefundLine.objects.create(
                filing=filing, organisation_id=firm.firm, list_no=key[0], line_no=1, base=1, refund_rate=0, amount=1
            ),
            lambda: RefundEntry.objects.create(
                organisation_id=firm.firm, filing=filing, list_no=key[0], line_no=1, event="REFUND", applied_change=0,
                refunded_change=1, clawed_change=0, at=JUNE,
            ),
            lambda: RefundFiling.objects.filter(pk=filing.pk).update(reviewed_by=2),
        ):  # fmt: skip
            with pytest.raises(IntegrityError), transaction.atomic():
                make()
        assert RefundEntry.objects.filter(filing=filing).update(refunded_change=0) == 0, "entries are never changed"


def test_a_producer_files_its_month(released: Released) -> None:
    firm = Exporter(
        released, facts=Facts("producer", "A", risk_control=True, capacity_fits=True, first_refund_on=date(2016, 10, 1))
    )
    number = firm.release("A", amount="1000000.00")
    firm.register("A", amount="1000000.00", refund_rate=Decimal("0.10"), received_on=date(2021, 6, 20))
    firm.match()
    producer = Month(output=Decimal("65000.00"), input=Decimal("120000.00"))
    filed = firm.draft((number, 1), kind="production", producer=producer)
    told = firm.filing(filed)
    assert (told["amount"], told["assessment"]["credited"]) == (Decimal("25000.00"), "75000.00")


def test_a_pre_refund_is_settled_by_its_sale_or_recovered(firm: Exporter) -> None:
    sent = [firm.refundable(name, on=date(2025, 3, 10), mode="9810", net="10000.00") for name in "AB"]
    firm.match("2025-03", at=SPRING)
    number = firm.draft(*sent, kind="prerefund", month="2025-03", at=SPRING)
    assert firm.filing(number)["marker"] == "HWC-YT"
    decided(firm, number, at=SPRING, refund_no="TH9")
    assert firm.account()["refunded"] == 2600
    with scope(firm.actor):
        rows = api.prerefunds(on=SPRING.date())["rows"]
        assert [(row["first_on"], row["last_on"]) for row in rows] == [(date(2025, 4, 1), date(2026, 4, 30))] * 2
        with refused("rule.export.settle_early"):
            api.settle_prerefund(rows[0]["id"], Decimal("9000.00"), at=SPRING)
        told = api.settle_prerefund(rows[0]["id"], Decimal("9000.00"), at=datetime(2026, 4, 30, tzinfo=SHANGHAI))
        assert told["difference"] == "-130.00"
        late = datetime(2026, 5, 1, tzinfo=SHANGHAI)
        with refused("rule.export.settle_late"):
            api.settle_prerefund(rows[1]["id"], Decimal("9000.00"), at=late)
        assert api.prerefunds({"state": "overdue"}, on=late.date())["total"] == 1
    more = firm.refundable("C", on=date(2026, 4, 2), mode="9810")
    firm.match("2026-04", at=late)
    with refused("rule.export.prerefund_overdue"):
        firm.draft(more, kind="prerefund", month="2026-04", at=late)
    with scope(officer(1)):
        assert api.recover_prerefund(rows[1]["id"], "逾期未核算", at=late)["difference"] == "-1300.00"
    assert firm.account() == {"applied": 0, "refunded": 2600, "clawed": 1430, "net": 1170}
    assert firm.draft(more, kind="prerefund", month="2026-04", at=late)


def test_promotion_cost_is_carried_from_year_to_year(firm: Exporter) -> None:
    money = Decimal
    with scope(firm.actor):
        first = api.record_promotion(Claim(2019, "general", money("10000000.00"), money("2000000.00")), at=JUNE)
        second = api.record_promotion(Claim(2020, "general", money("16000000.00"), money("1500000.00")), at=JUNE)
        assert (first["carry"], second["deducted"], second["carry"]) == ("500000.00", "2000000.00", "0.00")
        for year in (2018, 2019, 2022):
            with refused("rule.export.promotion_year"):
                api.record_promotion(Claim(year, "general", money("1.00"), money("1.00")), at=JUNE)
        assert [row["carry_in"] for row in api.promotions(firm=firm.firm)] == [Decimal("500000.00"), Decimal("0.00")]


def test_class_four_stays_for_its_year(firm: Exporter) -> None:
    from dataclasses import replace

    with scope(officer(1)):
        api.record_export_firm(
            organisation=firm.firm, valid_from=date(2020, 6, 1), general=True, refund_filed=True,
            facts=replace(GOOD, tax_credit="D"), at=JUNE,
        )  # fmt: skip
        for day, number in ((date(2021, 5, 31), 4), (date(2021, 6, 1), 1)):
            api.record_export_firm(
                organisation=firm.firm, valid_from=day, general=True, refund_filed=True, facts=GOOD, at=JUNE
            )
            profile = api.export_profile(firm.firm, on=day)
            assert profile is not None and profile["class_number"] == number


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoAuthority]:
    yield DemoAuthority(tmp_path_factory.mktemp("keys"), at=clock.wall())


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_a_filing_is_signed_by_the_firms_own_card(firm: Exporter, authority: DemoAuthority, kind: str) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    pair = authority.issue(f"X{firm.run}", "出口企业", kind, at=clock.wall())
    signer, card = pair.signer(), pair.signer().certificate
    pem = to_pem(card).decode()
    with scope(firm.actor):
        told = api.compose_refunds(filings=[firm.filing(number)["id"]])
        text = told["messages"][0]["signed_info"]
        value, _ = sign_text(text.encode(), signer)
        with refused("rule.export.signature"):
            api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[value], at=JUNE)
    with scope(PLATFORM):
        certificates.register(
            organisation=firm.firm, sha256=card.sha256, serial=card.serial, algorithm=card.key_kind, subject=card.subject,
            valid_from=card.not_before, valid_to=card.not_after,
        )  # fmt: skip
    with scope(firm.actor):
        wrong = base64.b64encode(b"x" * 64).decode()
        with refused("rule.export.signature"):
            api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[wrong], at=JUNE)
        api.hand_in_refunds(batch=told["batch"], certificate=pem, signatures=[value], at=JUNE)
    assert firm.filing(number)["state"] == "signed"
    with scope(PLATFORM):
        assert [one["what"] for one in api.bureau().outgoing() if one["number"] == number] == ["filing"]


NAMES = st.sampled_from(["A", "B", "C"])


class RefundLives(RuleBasedStateMachine):
    """Lines filed, withdrawn, refused, paid, settled in any order, against a plain model; the ledgers re-add."""

    def __init__(self) -> None:
        super().__init__()
        self.world = scope(PLATFORM)
        self.world.__enter__()
        self.kept = clearance.export_lines
        clearance.export_lines = Released()  # type: ignore[assignment]

    @initialize()
    def begin(self) -> None:
        self.firm = Exporter(clearance.export_lines)  # type: ignore[arg-type]
        self.keys = {
            name: self.firm.refundable(name, on=date(2025, 3, 10), mode="9810", net=net)
            for name, net in (("A", "100.00"), ("B", "205.55"), ("C", "0.04"))
        }
        self.firm.match("2025-03", at=SPRING)
        self.open: dict[str, str] = {}  # name → filing
        self.paid: dict[str, Decimal] = {}
        self.clawed = Decimal(0)
        self.amount = {"A": Decimal("13.00"), "B": Decimal("26.72"), "C": Decimal("0.01")}

    @rule(name=NAMES)
    def draft(self, name: str) -> None:
        try:
            number = self.firm.draft(self.keys[name], kind="prerefund", month="2025-03", at=SPRING)
        except Refused as problem:
            assert problem.code == "rule.export.refunded_already" and (name in self.open or name in self.paid)
            return
        assert name not in self.open and name not in self.paid, "a line is refunded at most once"
        self.open[name] = number

    @rule(name=NAMES)
    def withdraw(self, name: str) -> None:
        if name in self.open:
            with scope(self.firm.actor):
                api.withdraw_refund(self.open.pop(name), at=SPRING)

    @rule(name=NAMES, twice=st.booleans())
    def pay(self, name: str, twice: bool) -> None:
        if name in self.open:
            number = self.open.pop(name)
            decided(self.firm, number, at=SPRING, refund_no="TH")
            if twice:
                api.bureau().paid(number, "TH", at=SPRING)
            self.paid[name] = self.amount[name]

    @rule(name=NAMES, actual=st.integers(0, 30000).map(lambda n: Decimal(n) / 100))
    def settle(self, name: str, actual: Decimal) -> None:
        rows = [
            row
            for row in api.prerefunds({"state": "open"}, on=SPRING.date())["rows"]
            if row["list_no"] == self.keys[name][0]
        ]
        if rows:
            with scope(self.firm.actor):
                told = Decimal(
                    api.settle_prerefund(rows[0]["id"], actual, at=datetime(2025, 5, 1, tzinfo=SHANGHAI))["difference"]
                )
            self.paid[name] += max(told, Decimal(0))
            self.clawed += max(-told, Decimal(0))

    @invariant()
    def the_ledger_re_adds(self) -> None:
        if not hasattr(self, "firm"):
            return
        expected = {
            "applied": sum((self.amount[name] for name in self.open), Decimal(0)),
            "refunded": sum(self.paid.values(), Decimal(0)), "clawed": self.clawed,
        }  # fmt: skip
        account = self.firm.account()
        assert {name: account[name] for name in expected} == expected == queries.sums(self.firm.firm)
        assert account["net"] >= 0

    def teardown(self) -> None:
        clearance.export_lines = self.kept
        connection.set_rollback(True)
        self.world.__exit__(None, None, None)


def test_the_sums_are_the_entries_whatever_happens() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(RefundLives, settings=settings(max_examples=6, stateful_step_count=10, deadline=None))


def test_the_ledger_alone_is_all_or_nothing() -> None:
    book = RefundLedger()
    book.apply({("L", 1): Decimal(5)})
    with refused("rule.export.refunded_already"):
        book.apply({("L", 2): Decimal(1), ("L", 1): Decimal(5)})
    assert ("L", 2) not in book.lines
    book.refund([("L", 1)])
    with refused("rule.export.claw_exceeds"):
        book.change(("L", 1), Decimal(-6))
    with refused("rule.export.not_standing"):
        book.withdraw([("L", 1)])
