"""A day reconciled out of the ledgers of the rooms: found, kept, found again, settled by people; and who sees what."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.database import cursor_of
from pilotzone.rooms.clearance.api import LedgerList
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.models import ReconcilePass, ReconcileRun, Residual, ResidualStep
from pilotzone.rooms.tracking.operations.reconcile import gathering, proving, running, slices

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 1)
NOON = datetime(2021, 3, 1, 12, tzinfo=SHANGHAI)
ZONE_OFFICER = Actor(kind=ZONE, unit_path="zone", role="zone_officer", person=None)
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
SAFE = Actor(kind=AGENCY, unit_path="zone.safe", role="safe_officer")


class Cleared:
    """Stands for the clearance room: lists by number; its own export is tested with the batches that write them."""

    def __init__(self) -> None:
        self.lists: list[LedgerList] = []

    def ledger_exceeds(self, first: date, last: date, most: int) -> bool:
        return False

    def ledger_export(self, first: date, last: date, *, slice_: Any) -> Any:
        found = [one for one in self.lists if one.released and first <= one.released <= last]
        yield sorted(found, key=lambda one: one.key)

    def ledger_lists(self, *, numbers: Any = (), trades: Any = ()) -> list[LedgerList]:
        return [one for one in self.lists if one.number in numbers]

    def ledger_begins(self) -> date | None:
        return min((one.released for one in self.lists if one.released), default=None)


class Desk:
    """A firm with lists in a fake clearance room, bills and registrations in the real tax room."""

    def __init__(self, cleared: Cleared) -> None:
        self.run, self.cleared = uuid.uuid4().hex[:6].upper(), cleared
        with scope(PLATFORM):
            self.firm = Organisation.objects.create(
                name=f"对账{self.run}", customs_code=f"R{self.run}", created_at=NOON
            ).pk

    def released(self, name: str, flow: str = "I", **changed: Any) -> LedgerList:
        number = f"{name}{self.run}"
        at = len(self.cleared.lists)
        lines = ((1, Decimal("100.00"), "502"),) if flow == "E" else ()
        one = LedgerList(
            number, 10**6 + at, number, f"{at}:{at}", flow, "9610", self.firm, "zone", DAY, True, DAY, None, None,
            Decimal("11.90"), lines, Decimal(0),
        )._replace(**changed)  # fmt: skip
        self.cleared.lists.append(one)
        return one

    def billed(self, number: str, amount: str = "11.90", *, status: str = "1", hour: int = 12) -> None:
        vat = None if status == "3" else Decimal(amount)
        zero = None if vat is None else Decimal(0)
        bill = tax.Bill(
            f"T{number}", number, status, NOON.replace(hour=hour), tariff=zero, consumption_tax=zero, vat=vat
        )
        with scope(PLATFORM), cursor_of() as cursor:
            tax.store_bills(cursor, [bill], at=NOON)

    def registered(self, number: str) -> None:
        six = tax.SixFields(DAY, "T恤", "011", Decimal(1), Decimal(100), Decimal(100))
        with scope(Actor(kind=ENTERPRISE, organisation=self.firm, role="ebc")):
            tax.register_exports([tax.Registration(number, 1, six)], at=NOON + timedelta(days=1))

    def reconcile(self, actor: Actor = ZONE_OFFICER) -> ReconcileRun:
        with scope(actor):
            number = api.ask_reconciliation(DAY, DAY)
        run = api.reconcile(number)
        assert run is not None
        return run

    def found(self, actor: Actor = PLATFORM) -> dict[str, str]:
        with scope(actor):
            rows = api.residuals({}, 1, 200)["rows"]
        return {row["number"].removesuffix(self.run): row["kind"] for row in rows if row["number"].endswith(self.run)}

    def one(self, name: str) -> dict[str, Any]:
        with scope(PLATFORM):
            return api.residual(Residual.objects.get(number=f"{name}{self.run}").pk)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    cleared = Cleared()
    for module in (gathering, running, slices):
        monkeypatch.setattr(module, "clearance", cleared)
    return Desk(cleared)


def test_a_day_is_reconciled_and_a_second_run_says_the_same(desk: Desk) -> None:
    desk.billed(desk.released("GOOD").number)
    desk.released("UNTAXED")
    desk.billed(desk.released("DIFFERS").number, "12.90")
    desk.billed(f"NOLIST{desk.run}")
    desk.registered(desk.released("EXPORT", "E").number)
    run = desk.reconcile()
    assert (run.state, run.done, run.found, run.fresh, run.unexplained) == ("done", 1, 4, 4, [])
    expected = {
        "UNTAXED": "released_untaxed", "DIFFERS": "tax_differs", "NOLIST": "tax_unreleased", "EXPORT": "list_unreceived",
    }  # fmt: skip
    assert desk.found() == expected
    again = desk.reconcile()
    assert (again.found, again.fresh, again.reopened, again.gone) == (4, 0, 0, 0)
    with scope(PLATFORM):
        assert ReconcilePass.objects.filter(day=DAY).count() == 2
        assert ResidualStep.objects.count() == 4
        sums = {(row["pair"], row["currency"]): row for row in api.reconcile_sums(run.pk)}
    tax = sums["import_tax", "CNY"]
    assert (tax["left"], tax["right"], tax["residual"]) == (Decimal("35.70"), Decimal("36.70"), Decimal("-1.00"))
    assert all(row["unexplained"] == 0 for row in sums.values())


def test_what_comes_late_makes_a_residual_go_and_it_is_opened_again_when_it_comes_back(desk: Desk) -> None:
    number = desk.released("LATE").number
    desk.reconcile()
    assert desk.one("LATE")["state"] == "opened"
    desk.billed(number)
    assert desk.reconcile().gone == 1
    assert desk.one("LATE")["state"] == "gone"
    desk.billed(number, status="3", hour=13)
    assert desk.reconcile().reopened == 1
    assert [step["what"] for step in desk.one("LATE")["steps"]] == ["found", "gone", "reopened"]


def test_closing_asks_for_evidence_and_stands_until_the_figures_change(desk: Desk) -> None:
    number = desk.released("CLOSE").number
    desk.billed(number, "20.00")
    desk.reconcile()
    residual = desk.one("CLOSE")["id"]
    with scope(CUSTOMS):
        api.settle_residual(residual=residual, verb="own", at=NOON)
        with pytest.raises(Refused) as told:
            api.settle_residual(residual=residual, verb="close", at=NOON, reason="归类更正")
        assert told.value.code == "rule.reconcile.evidence"
        with pytest.raises(Refused) as told:
            api.settle_residual(
                residual=residual, verb="close", at=NOON, reason="归类更正", evidence="税单更正通知 SYN-1"
            )
        assert told.value.code == "rule.reconcile.two_people"
        api.settle_residual(residual=residual, verb="explain", at=NOON, reason="归类更正")
        api.settle_residual(residual=residual, verb="close", at=NOON, reason="归类更正", evidence="税单更正通知 SYN-1")
        with pytest.raises(Refused) as told:
            api.settle_residual(residual=residual, verb="own", at=NOON)
        assert told.value.code == "rule.reconcile.step"
    assert desk.reconcile().reopened == 0
    assert desk.one("CLOSE")["state"] == "closed"
    desk.billed(number, "30.00", hour=13)
    assert desk.reconcile().reopened == 1
    assert desk.one("CLOSE")["state"] == "opened"


def test_who_explained_may_not_close(desk: Desk) -> None:
    desk.released("EYES")
    desk.reconcile()
    residual = desk.one("EYES")["id"]
    for person, refused in ((1, True), (2, False)):
        officer = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer", person=person)
        with scope(officer):
            if refused:
                api.settle_residual(residual=residual, verb="explain", at=NOON, reason="已补税单", evidence="SYN-2")
                with pytest.raises(Refused) as told:
                    api.settle_residual(residual=residual, verb="close", at=NOON, reason="同意", evidence="SYN-2")
                assert told.value.code == "rule.reconcile.four_eyes"
            else:
                api.settle_residual(residual=residual, verb="close", at=NOON, reason="同意", evidence="SYN-2")
    assert desk.one("EYES")["state"] == "closed"


def test_a_file_is_evidence_enough_and_is_kept_as_it_came(desk: Desk) -> None:
    desk.released("FILE")
    desk.reconcile()
    residual, body = desk.one("FILE")["id"], b"%PDF-1.7 synthetic"
    with scope(Actor(kind=ENTERPRISE, organisation=desk.firm, role="ebc")):
        number = api.keep_residual_file(residual=residual, name="C:\\单证\\税单.pdf", content=body, at=NOON)
        assert api.keep_residual_file(residual=residual, name="again.pdf", content=body, at=NOON) == number
        for name, wrong in (
            ("税单.pdf", b"MZ not a paper"),
            ("x.pdf", b""),
            ("", body + b"."),
            ("x.pdf", body + bytes(8 << 20)),
        ):
            with pytest.raises(Refused) as told:
                api.keep_residual_file(residual=residual, name=name, content=wrong, at=NOON)
            assert told.value.code == "rule.reconcile.file"
        api.settle_residual(residual=residual, verb="explain", at=NOON, reason="税单在途")
    with scope(CUSTOMS):
        assert api.open_residual_file(residual=residual, number=number) == ("application/pdf", "税单.pdf", body)
        api.settle_residual(residual=residual, verb="close", at=NOON, reason="已核对原件")
        with pytest.raises(Refused) as told:
            api.keep_residual_file(residual=residual, name="late.pdf", content=body + b" late", at=NOON)
        assert told.value.code == "rule.reconcile.step"
    one = desk.one("FILE")
    assert [row["sha256"] for row in one["files"]] == [hashlib.sha256(body).hexdigest()]
    assert [step["what"] for step in one["steps"]] == ["found", "proved", "explained", "closed"]
    with scope(SAFE), pytest.raises(Refused) as told:
        api.open_residual_file(residual=residual, number=number)
    assert told.value.code == "rule.reconcile.unknown"


def test_a_residual_has_so_many_files_and_no_more(desk: Desk) -> None:
    desk.released("MANY")
    desk.reconcile()
    residual = desk.one("MANY")["id"]
    with scope(CUSTOMS):
        for n in range(proving.MOST_FILES):
            api.keep_residual_file(residual=residual, name=f"{n}.png", content=b"\x89PNG\r\n\x1a\n%d" % n, at=NOON)
        with pytest.raises(Refused) as told:
            api.keep_residual_file(residual=residual, name="more.png", content=b"\x89PNG\r\n\x1a\nmore", at=NOON)
    assert told.value.code == "rule.reconcile.file"


def test_a_firm_sees_its_own_a_department_what_concerns_it(desk: Desk) -> None:
    desk.released("MINE")
    desk.registered(desk.released("MONEY", "E").number)
    desk.reconcile()
    own = Actor(kind=ENTERPRISE, organisation=desk.firm, role="ebc")
    other = Actor(kind=ENTERPRISE, organisation=desk.firm + 10**6, role="ebc")
    assert desk.found(own) == {"MINE": "released_untaxed", "MONEY": "list_unreceived"}
    assert desk.found(other) == {}
    assert desk.found(CUSTOMS) == {"MINE": "released_untaxed"}
    assert desk.found(SAFE) == {"MONEY": "list_unreceived"}
    with scope(other), pytest.raises(Refused) as told:
        api.residual(desk.one("MINE")["id"])
    assert told.value.code == "rule.reconcile.unknown"
    with scope(own):
        api.settle_residual(residual=desk.one("MINE")["id"], verb="explain", at=NOON, reason="海关处理中", evidence="")
        with pytest.raises(Denied):
            api.settle_residual(residual=desk.one("MINE")["id"], verb="close", at=NOON, reason="x", evidence="y")
        with pytest.raises(Denied):
            api.ask_reconciliation(DAY, DAY)


def test_handing_over_shows_it_to_the_new_owner(desk: Desk) -> None:
    desk.registered(desk.released("HAND", "E").number)
    desk.reconcile()
    residual = desk.one("HAND")["id"]
    with scope(SAFE):
        assert api.hand_residuals(residuals=[residual], owner="zone.customs", at=NOON, reason="请核对放行") == 1
        assert api.hand_residuals(residuals=[residual], owner="zone.customs", at=NOON) == 0
    assert desk.found(CUSTOMS) == {"HAND": "list_unreceived"}
    desk.reconcile()
    assert desk.one("HAND")["owner"] == "zone.customs"


def test_a_second_run_is_told_that_one_is_on_its_way(desk: Desk) -> None:
    with scope(ZONE_OFFICER):
        api.ask_reconciliation(DAY, DAY)
        with pytest.raises(Refused) as told:
            api.ask_reconciliation(DAY, DAY)
    assert told.value.code == "rule.reconcile.running"


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-1, -1), (0, 500)])
def test_days_that_are_not_over_or_too_many_are_refused(desk: Desk, first: int, last: int) -> None:
    today = clock.today()
    asked = (
        (today + timedelta(days=-first), today)
        if first != 0
        else (today - timedelta(days=last), today - timedelta(days=1))
    )
    with scope(ZONE_OFFICER), pytest.raises(Refused) as told:
        api.ask_reconciliation(*asked)
    assert told.value.code == "rule.reconcile.days"


def test_the_night_asks_once_each_day(desk: Desk) -> None:
    assert api.nightly_reconciliation() is None  # no trades, nothing to do
    yesterday = clock.today() - timedelta(days=1)
    desk.released("NIGHT", released=yesterday)
    number = api.nightly_reconciliation()
    assert number is not None
    assert api.nightly_reconciliation() is None
    run = api.reconcile()
    assert run is not None
    assert (run.pk, run.state, run.wanted) == (number, "done", [yesterday])
    assert api.nightly_reconciliation() is None


def test_steps_are_never_changed(desk: Desk) -> None:
    desk.released("KEEP")
    desk.reconcile()
    with scope(PLATFORM):
        assert ResidualStep.objects.update(note="x") == 0
        assert set(ResidualStep.objects.values_list("note", flat=True)) == {""}


def test_bookings_walk_beside_the_lists_and_only_the_rest_is_looked_up() -> None:
    booked = gathering.Booked(iter(["A1", "A2", "A3", "B1", "C9"]))
    assert list(booked.besides({"A1", "A2"}, until="A2")) == []
    assert list(booked.besides({"B0"}, until="B0")) == ["A3"]
    assert list(booked.besides(set())) == ["B1", "C9"]
    assert list(booked.besides(set())) == []
