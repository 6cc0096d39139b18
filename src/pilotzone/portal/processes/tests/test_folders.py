"""A firm's file is kept in the firm's name; a sheet with one bad row is refused with the cell."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.exchange import inbox, receipts, results
from pilotzone.exchange.channels.folder import Partly
from pilotzone.exchange.channels.folder_receipts import Page
from pilotzone.exchange.formats import sheet_back, sheet_reading, sheets
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.models import Message
from pilotzone.exchange.receipts import Receipt
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes import folders
from pilotzone.portal.processes.folders import keep_file, keep_past, receipts_of, result_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Organisation:
    with scope(PLATFORM):
        return Organisation.objects.create(
            name="合成电商", customs_code="3601999991", synthetic=True, created_at=datetime(2021, 1, 1, tzinfo=UTC)
        )


def workbook(rows: list[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("nothing we know")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def filled(*changed: dict[str, str], title: str = "") -> bytes:
    """Legal orders, filled into the two sheets of their template: one, or as many as heads are `changed`."""
    told = message("CEB311")
    head, lines = example_document(told)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.set_properties({"title": title})
        for sheet_title, part, row in ((sheets.HEAD, told.head, head), (sheets.LINES, told.lines, lines[0])):
            assert part is not None
            sheet = book.add_worksheet(sheet_title)
            sheet.write_row(0, 0, [sheets.DOCUMENT, *(field.element for field in part.fields)])
            sheet.write_string(sheets.EXAMPLE_ROW, 0, sheets.EXAMPLE)
            for number, change in enumerate(changed or ({},)):
                told_row = row | (change if part is told.head else {})
                values = [str(number + 1), *(told_row.get(field.element, "") for field in part.fields)]
                for column, value in enumerate(values):
                    sheet.write_string(sheets.DATA_ROW + number, column, value)
    return buffer.getvalue()


def test_a_sheet_becomes_a_draft_of_the_firm(firm: Organisation) -> None:
    (receipt,) = keep_file("3601999991", "CEB311-orders.xlsx", filled())
    with scope(PLATFORM), connection.cursor() as cursor:
        (kept,) = [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt]
    assert (kept.channel, kept.organisation_id) == ("folder", firm.pk)
    assert b"CEB311Message" in kept.raw()
    with scope(PLATFORM):
        assert Message.objects.get(receipt_id=receipt).client == "3601999991/CEB311-orders.xlsx"
    assert b"<ceb:appStatus>1</ceb:appStatus>" in kept.raw()


def test_xml_is_kept_as_it_is_in_the_name_of_the_firm(firm: Organisation) -> None:
    (receipt,) = keep_file("3601999991", "order.xml", b"<a/>")
    with scope(PLATFORM), connection.cursor() as cursor:
        (kept,) = [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt]
    assert (kept.raw(), kept.channel, kept.organisation_id) == (b"<a/>", "folder", firm.pk)


def test_a_file_of_the_past_is_kept_as_past(firm: Organisation) -> None:
    (receipt,) = keep_past("3601999991", "order.xml", b"<a/>")
    with scope(PLATFORM), connection.cursor() as cursor:
        (kept,) = [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt]
    assert (kept.raw(), kept.channel, kept.organisation_id) == (b"<a/>", "history", firm.pk)
    with pytest.raises(Refused, match="channel.folder.history"):
        keep_past("3601999991", "CEB311-orders.xlsx", filled())


@pytest.mark.parametrize("code", ["3601999992", "", "in"])
def test_a_folder_of_nobody_is_refused(firm: Organisation, code: str) -> None:
    with pytest.raises(Refused, match="channel.folder.unknown"):
        keep_file(code, "order.xml", b"<a/>")


def test_a_suspended_firm_is_refused(firm: Organisation) -> None:
    with scope(PLATFORM):
        Organisation.objects.filter(pk=firm.pk).update(suspended_on=datetime(2021, 1, 2, tzinfo=UTC).date())
    with pytest.raises(Refused, match="channel.folder.unknown"):
        keep_file("3601999991", "order.xml", b"<a/>")


def test_a_sheet_must_be_named_after_its_message(firm: Organisation) -> None:
    with pytest.raises(Refused, match="channel.folder.sheet_name"):
        keep_file("3601999991", "orders.xlsx", workbook([]))


@pytest.mark.parametrize("raw", [b"PK\x03\x04 broken", workbook([["x"]])])
def test_a_sheet_that_cannot_be_read_is_refused_whole(firm: Organisation, raw: bytes) -> None:
    with pytest.raises(Refused, match="channel.folder.sheet"):
        keep_file("3601999991", "CEB311-orders.xlsx", raw)


def test_of_a_sheet_the_sound_documents_are_taken_and_the_others_come_back(firm: Organisation) -> None:
    part = keep_file("3601999991", "CEB311-orders.xlsx", filled({"orderNo": "SOUND-1"}, {"freight": "lots"}))
    assert isinstance(part, Partly)
    (receipt,) = part.receipts
    with scope(PLATFORM), connection.cursor() as cursor:
        (kept,) = [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt]
    assert b"SOUND-1" in kept.raw() and b"lots" not in kept.raw()
    assert part.problem.code == "channel.folder.sheet" and "format.number" in part.problem.zh
    again = sheet_reading.read(part.back, "CEB311Message", "2018", on=date(2021, 3, 1))
    assert [one.head["freight"] for one in again.documents] == ["lots"]


def test_a_sheet_is_known_by_its_title_too_and_a_name_that_says_another_is_refused(firm: Organisation) -> None:
    titled = filled({"orderNo": "TITLED-1"}, title="CEB311Message")
    assert keep_file("3601999991", "十一月订单.xlsx", titled)
    with pytest.raises(Refused, match=r"channel\.folder\.other_kind"):
        keep_file("3601999991", "CEB411-十一月.xlsx", titled)


def test_of_a_sheet_without_a_sound_document_all_comes_back_to_be_mended(firm: Organisation) -> None:
    part = keep_file("3601999991", "CEB311-orders.xlsx", filled({"orderNo": "ODD-1", "freight": "lots"}))
    assert isinstance(part, Partly) and part.receipts == []
    assert part.problem.code == "channel.folder.sheet" and "全部未受理" in part.problem.zh
    again = sheet_reading.read(part.back, "CEB311Message", "2018", on=date(2021, 3, 1))
    assert [one.head["orderNo"] for one in again.documents] == ["ODD-1"]


def test_where_nothing_can_be_given_back_nothing_is_kept(firm: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> bytes:
        raise ValueError("an odd cell")

    monkeypatch.setattr(sheet_back, "refused", breaks)
    with pytest.raises(ValueError, match="odd cell"):
        keep_file("3601999991", "CEB311-orders.xlsx", filled({"orderNo": "SOUND-2"}, {"freight": "lots"}))
    with scope(PLATFORM):
        assert not Message.objects.filter(organisation_id=firm.pk).exists()


def test_faults_that_are_not_listed_are_counted(firm: Organisation) -> None:
    raw = filled(*({"freight": "lots"} for _ in range(folders.SHOWN + 7)))
    faults = len(sheet_reading.read(raw, "CEB311Message", "2018", on=date(2021, 3, 1)).findings)
    part = keep_file("3601999991", "CEB311-orders.xlsx", raw)
    assert isinstance(part, Partly) and faults > folders.SHOWN
    more = faults - folders.SHOWN
    assert part.problem.zh.endswith(f"\n另有{more}处未列出") and part.problem.en.endswith(
        f"\n{more} more are not listed"
    )
    assert len(part.problem.zh.splitlines()) == 1 + folders.SHOWN + 1


def test_the_result_of_a_file_is_told_once_it_is_judged(firm: Organisation) -> None:
    (receipt,) = keep_file("3601999991", "order.xml", b"<a/>")
    assert result_of("3601999991", [receipt]) is None
    with scope(PLATFORM), connection.cursor() as cursor:
        rows = [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt]
        inbox.move(cursor, rows)
        results.write(cursor, [results.Result(receipt, 0, "refused", findings=[{"code": "format.root"}])])
    (told,) = json.loads(result_of("3601999991", [receipt]) or b"[{}]")
    assert (told["receipt"], told["result"], told["findings"]) == (receipt, "refused", [{"code": "format.root"}])
    assert result_of("3601999991", [receipt, "0" * 32]) is None


def test_the_result_of_anothers_message_is_told_to_nobody_else(firm: Organisation) -> None:
    at = datetime(2021, 1, 1, tzinfo=UTC)
    with scope(PLATFORM):
        Organisation.objects.create(name="他人", customs_code="3601999992", synthetic=True, created_at=at)
    (receipt,) = keep_file("3601999991", "order.xml", b"<a/>")
    with scope(PLATFORM), connection.cursor() as cursor:
        inbox.move(cursor, [row for row in inbox.take(cursor, range(64), 0, 1000) if row.receipt_id == receipt])
        results.write(cursor, [results.Result(receipt, 0, "refused")])
    assert result_of("3601999991", [receipt]) is not None
    assert result_of("3601999992", [receipt]) is None and result_of("nobody", [receipt]) is None


def test_receipts_come_back_as_signed_messages_and_only_the_firms_own(firm: Organisation) -> None:
    at = datetime(2021, 3, 1, tzinfo=UTC)
    with scope(PLATFORM), connection.cursor() as cursor:
        rival = Organisation.objects.create(name="他人", customs_code="3601999992", synthetic=True, created_at=at)
    start = receipts_of("3601999991", None)
    assert start is not None and start.files == []
    with scope(PLATFORM), connection.cursor() as cursor:
        rows = [
            Receipt(owner, "CEB312Message", f"ORDER-{n}", "2", at, "", f"<OrderReturn><guid>{n}</guid></OrderReturn>")
            for owner in (firm.pk, rival.pk)
            for n in range(3)
        ]
        receipts.write(cursor, rows)
    page = receipts_of("3601999991", start.after)
    assert page is not None
    ((name, raw),) = page.files
    assert name.endswith("-CEB312Message.xml") and int(name.split("-")[0]) % 100 == 0
    assert raw.count(b"<OrderReturn>") == 3 and b"<ds:Signature" in raw
    assert receipts_of("3601999991", page.after) == Page([], page.after)
    assert receipts_of("nobody", 0) is None


def kept(firm: Organisation, packages: int, returns: int) -> None:
    """So many packages of so many receipts each for the firm."""
    at = datetime(2021, 3, 1, tzinfo=UTC)
    with scope(PLATFORM), connection.cursor() as cursor:
        for package in range(packages):
            rows = [
                Receipt(firm.pk, "CEB312Message", f"O-{package}-{n}", "2", at, "", f"<OrderReturn><guid>{n}</guid></OrderReturn>")
                for n in range(returns)
            ]  # fmt: skip
            receipts.write(cursor, rows)


def test_a_package_at_the_end_of_a_page_comes_once(firm: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "PAGE", 50)
    page = receipts_of("3601999991", None)
    kept(firm, 4, 30)
    told, rounds = list[str](), 0
    while page is not None and rounds < 9:
        after, rounds = page.after, rounds + 1
        page = receipts_of("3601999991", after)
        assert page is not None
        told += [name for name, _ in page.files]
        if page.after == after:
            break
    assert len(told) == len(set(told)) == 4


def test_only_firms_with_new_receipts_are_asked(firm: Organisation) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        named = Organisation.objects.create(
            name="他人", uscc="91360100MA00000000", synthetic=True, created_at=datetime(2021, 1, 1, tzinfo=UTC)
        )
        before = receipts.safe(cursor)
    kept(firm, 1, 2)
    with scope(PLATFORM), connection.cursor() as cursor:
        between = receipts.safe(cursor)
    kept(named, 1, 2)
    with scope(PLATFORM), connection.cursor() as cursor:
        last = receipts.safe(cursor)
    assert folders.with_news(before, between) == {"3601999991"}
    assert folders.with_news(between, last) == {"91360100MA00000000"}
    assert folders.with_news(last, last) == set()
    assert folders.with_news(-1, last) is None, "who has just begun asks all of them"
