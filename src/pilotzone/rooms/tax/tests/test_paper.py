"""电子税单, 退（免）税申报表 and 退税通知: figures are the record's, the notice comes with the decision."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import RefundFiling
from pilotzone.rooms.tax.tests.books import Books
from pilotzone.rooms.tax.tests.exporting import JUNE, TODAY, Exporter, Released
from pilotzone.rooms.tax.tests.test_export_pages import client_of, officer
from pilotzone.rooms.tax.tests.test_pages import signed_in
from pilotzone.ui.numbers import money

pytestmark = pytest.mark.django_db
LATE = datetime(2021, 6, 20, 12, tzinfo=SHANGHAI)


def standing(page: str) -> str:
    (code,) = set(re.findall(r"/verify/([0-9A-Z-]+)/", page))
    return Client().get(f"/verify/{code}/").content.decode()


def test_the_bill_is_the_record_and_changes_with_its_payment(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATE)
    monkeypatch.setattr(clock, "today", LATE.date)
    with scope(PLATFORM):
        books = Books(connection.cursor())
        books.hold("1", "1998.00")
        books.bill("1", "1998.00")
        (told,) = api.bills({"number": books.tax_no("1")}, 1, 1)["rows"]
    firm = signed_in(client, "ebp", organisation=Organisation(pk=books.firm))
    where = f"/papers/bill/{books.tax_no('1')}/"
    assert where in firm.get(f"/tax/bills/{books.tax_no('1')}/").content.decode()
    page = firm.get(where).content.decode()
    for kind, sides in told["amounts"].items():
        for side in ("customs", "ours", "difference"):
            assert money(sides[side]) in page, (kind, side)
    assert f"<strong>{money(told['due'])}</strong>" in page and told["invt_no"] in page and "1,998.00" in page
    assert "有效" in standing(page)
    paid = {"receipt_no": "打印-1", "paid_on": "2021-06-19", "amount": "1998.00", "bills": books.tax_no("1")}
    assert firm.post("/tax/payments/new/", paid).status_code == 302
    assert "记录已变化" in standing(page)
    again = firm.get(where).content.decode()
    assert "打印-1" in again and "有效" in standing(again) and "已被新文件取代" in standing(page)
    assert 'formaction="/papers/bill/"' in firm.get("/tax/bills/").content.decode()
    assert firm.get(f"/papers/bill/{told['invt_no']}/").status_code == 404, "a bill is asked for by its own number"
    firm.cookies["django_language"] = "en"
    assert "Tax bill" in firm.get(where).content.decode()


def test_filing_and_notice_say_the_filings_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    exporter = Exporter(released)
    seller = client_of("ebc", "printing", organisation=Organisation(pk=exporter.firm))
    number = exporter.release("P")
    typed = {
        "list_no": number, "line_no": "1", "exported_on": "2021-06-18", "goods_name": "针织T恤衫", "unit": "011", "quantity": "2",
        "price": "59", "amount": "118", "voucher": "special", "invoice_no": "P1", "invoice_amount": "100.00", "invoice_matches": "1",
        "refund_rate": "0.13", "received_on": "2021-06-20",
    }  # fmt: skip
    seller.post("/tax/export/match/", {"month": "2021-06"})
    seller.post("/tax/export/register/", typed)
    seller.post("/tax/export/match/", {"month": "2021-06"})
    seller.post("/tax/export/refunds/new/", {"kind": "trade", "month": "2021-06", "lines": f"{number}-1"})
    with scope(PLATFORM):
        filing = RefundFiling.objects.get(organisation_id=exporter.firm)
        told = api.refund_filing(filing.number, on=TODAY)
    assert told is not None
    page = seller.get(f"/papers/refund/{filing.number}/").content.decode()
    assert (
        f"<strong>{money(told['amount'])}</strong>" in page
        and money(told["lines"][0]["base"]) in page
        and number in page
    )
    assert "39" in page and "公告" in page, "the documents it rests on"
    early = seller.get(f"/papers/refund-notice/{filing.number}/")
    assert early.status_code == 422 and "paper.not_yet" in early.content.decode()
    assert (
        f"/papers/refund-notice/{filing.number}/"
        not in seller.get(f"/tax/export/refunds/{filing.number}/").content.decode()
    )
    with scope(PLATFORM):
        RefundFiling.objects.filter(pk=filing.pk).update(
            state="refused", decided_at=JUNE, decision_reason="凭证不符 #1", receipt_no="SL7"
        )
    notice = seller.get(f"/papers/refund-notice/{filing.number}/").content.decode()
    assert "不予退税通知书" in notice and "凭证不符 #1" in notice and money(told["amount"]) in notice
    assert (
        f"/papers/refund-notice/{filing.number}/"
        in seller.get(f"/tax/export/refunds/{filing.number}/").content.decode()
    )
    assert "不予退税" in officer("printer").get(f"/papers/refund-notice/{filing.number}/").content.decode()
    stranger = client_of("ebc", "stranger-p", organisation=exporter_of(released))
    assert stranger.get(f"/papers/refund/{filing.number}/").status_code == 404


def exporter_of(released: Released) -> Organisation:
    """Another firm."""
    return Organisation(pk=Exporter(released).firm)
