"""The export side's pages through their addresses, as a firm and as two tax officers, in both languages."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundFiling
from pilotzone.rooms.tax.operations.export import returning
from pilotzone.rooms.tax.tests.exporting import JUNE, TODAY, Exporter, Released
from pilotzone.rooms.tax.tests.test_export_agency import Sides
from pilotzone.ui import sheets

pytestmark = pytest.mark.django_db
LISTS = ("", "match/", "refunds/", "agencies/", "prerefunds/", "deemed/", "promotion/")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Exporter:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    return Exporter(released)


def client_of(role: str, name: str, **where: Any) -> Client:
    client = Client()
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=name)
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **where)
    client.force_login(person)
    return client


@pytest.fixture
def seller(firm: Exporter) -> Client:
    return client_of("ebc", "seller", organisation=Organisation(pk=firm.firm))


def officer(name: str) -> Client:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.tax", defaults={"code": "tax", "name_zh": "税务局"})
    return client_of("tax_officer", name, unit=unit)


def test_empty_pages_say_what_to_do_in_both_languages(seller: Client) -> None:
    for path in LISTS:
        assert seller.get(f"/tax/export/{path}").status_code == 200, path
    assert "还没有登记出口货物" in seller.get("/tax/export/").content.decode()
    seller.cookies["django_language"] = "en"
    assert "No export line is registered yet" in seller.get("/tax/export/").content.decode()


def test_exports_are_whole_beyond_one_reading(seller: Client, firm: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [firm.refundable(name) for name in "ABC"]
    firm.match()
    filings = [firm.draft(key) for key in keys]
    monkeypatch.setattr("pilotzone.rooms.tax.queries.export.LARGEST", 2)
    monkeypatch.setattr(sheets, "STEP", 2)
    for path, wanted in (("lines.csv", [key for key, _ in keys]), ("refunds.csv", filings)):
        told = seller.get(f"/tax/export/{path}").content.decode()
        assert [one in told for one in wanted] == [True] * 3, path
    monkeypatch.setattr(sheets, "MOST", 2)
    refused = seller.get("/tax/export/lines.csv")
    assert refused.status_code == 422 and "desk.export.too_many" in refused.content.decode()


def test_what_was_released_and_not_registered_goes_page_by_page_and_out_whole(seller: Client, firm: Exporter) -> None:
    numbers = [firm.release(f"Q{place:02}") for place in range(52)]
    firm.register("Q00")
    firm.match()
    first, second = (seller.get(f"/tax/export/match/?month=2021-06&page={page}").content.decode() for page in (1, 2))
    assert "?month=2021-06&amp;page=2" in first and numbers[1] in first and numbers[51] not in first
    assert numbers[51] in second and numbers[0] not in first + second, "what is registered is not open"
    assert f"list={numbers[51]}&amp;line=1" in second
    told = seller.get("/tax/export/match/open.csv?month=2021-06").content.decode("utf-8-sig").splitlines()
    assert len(told) == 52 and not [line for line in told if numbers[0] in line]
    assert len(seller.get("/tax/export/match/open.csv?month=2021-07").content.decode().splitlines()) == 1
    assert officer("nobody").get("/tax/export/match/open.csv?month=2021-06").status_code == 403


def test_a_line_that_cannot_be_read_is_named_and_stays_typed(seller: Client, firm: Exporter) -> None:
    number, _ = firm.refundable("A")
    firm.match()
    told = seller.post(
        "/tax/export/refunds/new/", {"kind": "trade", "month": "2021-06", "lines": f"{number}-1 {number}-1000 错行"}
    )
    page = told.content.decode()
    assert told.status_code == 422 and "rule.export.line_unread" in page
    assert page.split('name="lines"')[1].split("</textarea>")[0].count(number) == 2 and "错行</textarea>" in page
    with scope(PLATFORM):
        assert not RefundFiling.objects.filter(organisation_id=firm.firm).exists()


def test_a_line_registered_on_two_pages_is_not_overwritten_unseen(seller: Client, firm: Exporter) -> None:
    firm.refundable("A")
    where = f"/tax/export/register/?list=A{firm.run}&line=1"
    first, second = (_entries(seller.get(where).content.decode()) for _ in range(2))
    assert seller.post("/tax/export/register/", first | {"invoice_no": "P-NEW"}).status_code == 302
    late = seller.post("/tax/export/register/", second | {"invoice_amount": "90.00"})
    told = late.content.decode()
    assert late.status_code == 422 and "kernel.record.moved" in told and "seller于" in told and "改了：发票号码" in told
    assert 'value="90.00"' in told
    with scope(firm.actor):
        kept = api.export_line(f"A{firm.run}", 1)
    assert kept is not None and (kept["invoice_no"], kept["invoice_amount"]) == ("P-NEW", Decimal("100.00"))
    assert seller.post("/tax/export/register/", _entries(told)).status_code == 302, "who was told decides"


def test_a_line_typed_with_a_leading_zero_is_the_same_line(seller: Client, firm: Exporter) -> None:
    firm.refundable("A")
    typed = _entries(seller.get(f"/tax/export/register/?list=A{firm.run}&line=1").content.decode()) | {"line_no": "01"}
    assert seller.post("/tax/export/register/", typed).status_code == 302, "it is the line that was shown"
    typed["shown"] = f"A{firm.run}-2"  # another line than the form showed
    late = seller.post("/tax/export/register/", typed)
    assert late.status_code == 422 and "kernel.record.moved" in late.content.decode()
    assert seller.post("/tax/export/register/", _entries(late.content.decode())).status_code == 302, (
        "who was told decides"
    )
    assert seller.get("/tax/export/register/?list=A&line=²").status_code == 200, "no number of ours"


def _entries(page: str) -> dict[str, str]:
    """The entries of the form of six fields as a browser sends them."""
    form = page.split('<form method="post" class="card form">')[1].split("</form>")[0]
    told = {
        name[1]: value[1]
        for tag in re.findall(r"<input[^>]*>", form)
        if (name := re.search(r'name="([^"]+)"', tag)) and (value := re.search(r'value="([^"]*)"', tag))
        and ("checkbox" not in tag or " checked" in tag)
    }  # fmt: skip
    chosen = re.search(r'<option value="([^"]*)" selected', form)
    return told | {"voucher": chosen[1] if chosen else "none"}


def test_from_the_residual_to_the_decided_filing(seller: Client, firm: Exporter) -> None:
    number = firm.release("A")
    told = seller.post("/tax/export/match/", {"month": "2021-06"}, follow=True).content.decode()
    assert f"登记 {number}-1" in told
    form = seller.get(f"/tax/export/register/?list={number}&line=1").content.decode()
    assert "针织T恤衫" in form and 'value="118"' in form
    typed = {
        "list_no": number, "line_no": "1", "exported_on": "2021-06-18", "goods_name": "针织T恤衫", "unit": "011", "quantity": "2",
        "price": "59", "amount": "118", "voucher": "special", "invoice_no": "P1", "invoice_amount": "100.00", "invoice_matches": "1",
        "refund_rate": "0.13", "received_on": "2021-06-20",
    }  # fmt: skip
    wrong = seller.post("/tax/export/register/", typed | {"amount": "118.001", "version": "7"})
    assert 'name="version" value="7"' in wrong.content.decode(), "a fault of one's own hides nobody's change"
    assert wrong.status_code == 422 and "rule.export.money" in wrong.content.decode()
    assert "匹配后判定" in seller.post("/tax/export/register/", typed, follow=True).content.decode()
    seller.post("/tax/export/match/", {"month": "2021-06"})
    assert "退税" in seller.get(f"/tax/export/lines/{number}/1/").content.decode()
    chosen = seller.post("/tax/export/refunds/new/", {"chosen": [f"{number}-1"], "action": "draft"}).content.decode()
    assert f"{number}-1" in chosen and 'value="2021-06"' in chosen
    drafted = {"kind": "trade", "month": "2021-06", "lines": f"{number}-1"}
    assert "待签名" in seller.post("/tax/export/refunds/new/", drafted, follow=True).content.decode()
    again = seller.post("/tax/export/refunds/new/", drafted)
    assert again.status_code == 422 and "rule.export.refunded_already" in again.content.decode()
    with scope(PLATFORM):
        filing = RefundFiling.objects.get(organisation_id=firm.firm)
        RefundFiling.objects.filter(pk=filing.pk).update(state="signed")
        api.bureau().received(filing.number, accepted=True, receipt_no="SL77", text="", at=JUNE)
    first, second = officer("first"), officer("second")
    assert filing.number in first.get("/tax/export/refunds/").content.decode()
    where = f"/tax/export/refunds/{filing.number}/"
    assert "SL77" in first.get(where).content.decode()
    first.post(f"{where}review/", {"choice": "approve", "reason": "单证齐全"})
    own = first.post(f"{where}decide/", {"choice": "approve", "reason": "同意"})
    assert own.status_code == 422 and "rule.export.four_eyes" in own.content.decode()
    assert (
        "已核准"
        in second.post(f"{where}decide/", {"choice": "approve", "reason": "同意"}, follow=True).content.decode()
    )
    assert seller.post(f"{where}review/", {"choice": "approve", "reason": "x"}).status_code == 403
    assert seller.post(f"{where}nonsense/").status_code == 404
    csv = seller.get("/tax/export/lines.csv").content.decode()
    assert number in csv and csv.startswith("\ufeff")
    for path in ("refunds.csv", "match.csv", "prerefunds.csv", "promotion.csv"):
        assert seller.get(f"/tax/export/{path}").status_code == 200


def test_an_exempt_line_is_refused_on_the_page_with_its_reason(seller: Client, firm: Exporter) -> None:
    number = firm.release("B")
    firm.register("B")
    firm.match()
    shown = seller.get(f"/tax/export/lines/{number}/1/").content.decode()
    assert "无票免税四项条件" in shown and shown.count("符合") >= 4 and "财税〔2018〕103号" in shown
    told = seller.post("/tax/export/refunds/new/", {"kind": "trade", "month": "2021-06", "lines": f"{number}-1"})
    assert told.status_code == 422 and "rule.export.not_refundable" in told.content.decode()
    assert "免征增值税" in told.content.decode()


def test_a_return_stands_on_the_lines_page_with_its_reason_article_and_steps(seller: Client, firm: Exporter) -> None:
    number, line = firm.refundable("R")
    firm.match()
    firm.draft((number, line))
    with scope(PLATFORM):
        told = {"trade": 1, "document": 91, "list_no": number, "seller": firm.firm, "at": JUNE.isoformat()}
        returning.take(told, {"line_no": line, "quantity": "1", "declared": "2"})
    shown = seller.get(f"/tax/export/lines/{number}/{line}/").content.decode()
    assert "冲减申报税额" in shown and "退付时扣回" in shown and "6.50" in shown and "1 / 2" in shown
    assert "国家税务总局公告2012年第24号" in shown and "R·q/Q − C" in shown and "export.return.repay" in shown
    seller.cookies["django_language"] = "en"
    english = seller.get(f"/tax/export/lines/{number}/{line}/").content.decode()
    assert "Exports that came back" in english and "taken off as soon as it is paid" in english
    other = Exporter(firm.released, profile=False).firm
    stranger = client_of("ebc", "other", organisation=Organisation(pk=other))
    assert stranger.get(f"/tax/export/lines/{number}/{line}/").status_code == 404


def test_calculator_and_promotion_unfold(seller: Client) -> None:
    told = seller.get("/tax/export/deemed/?year=2021&revenue=20,000,000.00").content.decode()
    assert "20,000.00" in told and "税务总局公告2019年第36号" in told
    early = seller.get("/tax/export/deemed/?year=2019&revenue=1")
    assert early.status_code == 422 and "reference.not_yet" in early.content.decode()
    assert seller.get("/tax/export/deemed/?year=x&revenue=abc").status_code == 422
    claim = {"year": "2020", "trade": "general", "revenue": "10000000", "spend": "2000000", "evidence": ["contract"]}
    shown = seller.post("/tax/export/promotion/", claim, follow=True).content.decode()
    assert "500,000.00" in shown and "企业所得税法实施条例" in shown
    assert seller.post("/tax/export/promotion/", claim | {"spend": "1.234"}).status_code == 422


def test_an_officer_records_a_firm(firm: Exporter) -> None:
    first = officer("first")
    typed = {
        "firm": f"X{firm.run}", "valid_from": "2021-06-01", "kind": "trader", "general": "1", "refund_filed": "1",
        "tax_credit": "D", "fx_class": "A",
    }  # fmt: skip
    assert "四类" in first.post("/tax/export/firms/", typed).content.decode()
    assert first.post("/tax/export/firms/", typed | {"firm": "nobody"}).status_code == 422
    listed = first.get(f"/tax/export/firms/?q=X{firm.run}").content.decode()
    assert f"?firm=X{firm.run}#record" in listed and "纳税信用D级" in listed and "2022-06-01" in listed
    filled = first.get(f"/tax/export/firms/?firm=X{firm.run}").content.decode()
    assert "条款待核，C" in filled
    assert '<option value="D" selected>' in filled and f'value="X{firm.run}"' in filled
    assert "纳税信用D级" in first.get(f"/tax/export/firms.csv?class=4&q=X{firm.run}").content.decode("utf-8-sig")
    for path in ("", "match/", "refunds/", "prerefunds/", "promotion/", "firms/", "../exemption/"):
        assert first.get(f"/tax/export/{path}".replace("export/../", "")).status_code == 200, path


def test_a_firm_recorded_by_two_officers_is_not_overwritten_unseen(firm: Exporter) -> None:
    first, second, where = officer("first"), officer("second"), "/tax/export/firms/"
    early, late, blank = (
        _entries(one.get(where + query).content.decode()) | {"kind": "trader", "fx_class": "A", "tax_credit": "C"}
        for one, query in ((first, f"?firm=X{firm.run}"), (second, f"?firm=X{firm.run}"), (second, ""))
    )
    assert first.post(where, early).status_code == 200
    told = second.post(where, late | {"tax_credit": "A"})
    page = told.content.decode()
    assert (
        told.status_code == 422 and "kernel.record.moved" in page and "first于" in page and f"{TODAY}起的资料" in page
    )
    assert second.post(where, blank | {"firm": f"X{firm.run}"}).status_code == 422, (
        "the blank form showed nothing of it"
    )
    again = second.post(where, _entries(page) | {"kind": "trader", "fx_class": "A", "tax_credit": "A"})
    assert again.status_code == 200, "who was told decides"
    more = _entries(again.content.decode()) | {
        "kind": "trader",
        "fx_class": "A",
        "tax_credit": "A",
        "valid_from": "2021-08-01",
    }
    assert second.post(where, more).status_code == 200, "what one recorded oneself on the page was seen"
    assert second.post(where, blank | {"firm": f"X{firm.run}", "valid_from": "2021-09-01"}).status_code == 200, (
        "a day of its own"
    )
    page = first.get(f"{where}?firm=X{firm.run}&q=X{firm.run}").content.decode()
    assert "已另行登记自2021-08-01、2021-09-01起的资料" in page and page.count("未到起始日") == 2


def test_a_profile_to_come_is_opened_and_corrected_for_its_own_day(firm: Exporter) -> None:
    first, where, code = officer("first"), "/tax/export/firms/", f"X{firm.run}"
    now = {"kind": "trader", "fx_class": "A", "tax_credit": "A", "general": "1", "refund_filed": "1"}

    def told(query: str) -> str:
        return first.get(f"{where}?{query}").content.decode()

    for day, credit in ((TODAY.isoformat(), "A"), ("2021-08-01", "C")):
        typed = _entries(told(f"firm={code}")) | now | {"valid_from": day, "tax_credit": credit}
        assert first.post(where, typed).status_code == 200
    links = [html.unescape(one) for one in re.findall(rf'href="(\?firm={code}[^"]*)#record"', told(f"q={code}"))]
    assert links == [f"?firm={code}&valid_from=2021-08-01", f"?firm={code}"]
    coming, today = (first.get(where + one).content.decode() for one in links)
    assert '<option value="C" selected>' in coming and '<option value="C" selected>' not in today
    assert [_entries(page)["valid_from"] for page in (coming, today)] == ["2021-08-01", TODAY.isoformat()]
    assert "已另行登记" not in coming.split("<main")[1] and "已另行登记自2021-08-01起的资料" in today
    for strange in ("2021-07-31", "2021-08-02", "x", "9999-12-31"):
        assert _entries(told(f"firm={code}&valid_from={strange}"))["valid_from"] == TODAY.isoformat(), strange
    assert first.post(where, _entries(coming) | now | {"tax_credit": "B"}).status_code == 200
    with scope(PLATFORM):
        rows = api.export_profiles({"query": code}, on=TODAY)["rows"]
    assert [(row["valid_from"].isoformat(), row["facts"]["tax_credit"]) for row in rows] == [
        ("2021-08-01", "B"), (TODAY.isoformat(), "A"),
    ]  # fmt: skip


def test_a_repaired_credit_is_said_anew_for_each_lock(firm: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    first, where = officer("first"), f"/tax/export/firms/?firm=X{firm.run}"

    def recorded(day: date, **said: str) -> int:
        monkeypatch.setattr(clock, "today", lambda: day)
        typed = _entries(first.get(where).content.decode()) | {"kind": "trader", "fx_class": "A", "tax_credit": "A"}
        assert first.post("/tax/export/firms/", typed | said).status_code == 200
        with scope(PLATFORM):
            found = api.export_profile(firm.firm, on=day)
        assert found is not None and found["valid_from"] == day
        return int(found["class_number"])

    assert [recorded(date(2023, 1, 2), tax_credit="D"), recorded(date(2023, 2, 1), repaired="1")] == [4, 1]
    assert [recorded(date(2023, 3, 1), tax_credit="D", repaired="1"), recorded(date(2023, 4, 3))] == [4, 4], (
        "a new lock"
    )


def test_nobody_and_strangers_are_turned_away(firm: Exporter) -> None:
    stranger = client_of("pay", "stranger", organisation=Organisation(pk=firm.firm))
    for path in LISTS:
        assert Client().get(f"/tax/export/{path}").status_code == 302
        assert stranger.get(f"/tax/export/{path}").status_code == 403


def test_an_agreement_goes_from_the_service_enterprise_over_the_producer_to_the_tax_office(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    sides = Sides(released)
    service = client_of("service", "serves", organisation=Organisation(pk=sides.service.firm))
    producer = client_of("ebc", "makes", organisation=Organisation(pk=sides.producer.firm))
    office, page = officer("files"), "/tax/export/agencies/"
    assert "没有代办退税协议" in service.get(page).content.decode()
    form = {
        "verb": "propose",
        "producer": sides.code,
        "number": "XY-7",
        "valid_from": "2021-01-01",
        "valid_to": "2021-12-31",
    }
    wrong = service.post(page, form | {"valid_to": "2020-01-01"})
    assert wrong.status_code == 422 and "rule.export.agency.days" in wrong.content.decode()
    assert service.post(page, form | {"controls": "1"}).status_code == 302
    (row,) = sides.seen()
    assert "确认协议" in producer.get(page).content.decode() and "确认协议" not in service.get(page).content.decode()
    confirm = {"verb": "confirm", "agreement": row["id"], "own_goods": "1", "contract_abroad": "1", "account": "SYN"}
    assert producer.post(page, confirm).status_code == 302
    assert producer.post(page, {"verb": "file", "agreement": row["id"]}).status_code == 403
    assert office.post(page, {"verb": "file", "agreement": row["id"]}).status_code == 302
    assert (
        "已备案" in service.get(page).content.decode()
        and "XY-7" in service.get("/tax/export/agencies.csv").content.decode()
    )
    assert "没有符合条件的记录" in service.get(f"{page}?state=ended").content.decode()
    assert "XY-7" not in service.get("/tax/export/agencies.csv?find=XY-8").content.decode()
    key = sides.line("A")
    sides.producer.match()
    assert f"{key[0]}-1" in service.get("/tax/export/?treatment=agency").content.decode()
    number = sides.service.draft(key, kind="agency")
    shown = service.get(f"/tax/export/refunds/{number}/").content.decode()
    assert "代办退税" in shown and "连带责任" in shown and "撤回申报" in shown
    theirs = producer.get(f"/tax/export/refunds/{number}/").content.decode()
    assert "连带责任" in theirs and "撤回申报" not in theirs
