"""A sheet dropped on the page: the good rows are taken, the others come back to be mended; names are never cut."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.exchange.formats.sheet_template import template
from pilotzone.exchange.formats.tests.making import DAYS
from pilotzone.exchange.formats.tests.test_sheets import filled, workbook
from pilotzone.exchange.models import Message
from pilotzone.kernel import given_back
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.desks import handing

pytestmark = pytest.mark.django_db
WHERE = "/enterprise/submit/"


def sheet(*amounts: str) -> bytes:
    """A filled template of orders, one for each amount of freight."""
    heads, lines = [], []
    for number, freight in enumerate(amounts, 1):
        head, line = filled(document=str(number), orderNo=f"PZ{number}", freight=freight)
        heads.append(head)
        lines.append(line | {"document": str(number)})
    return workbook("CEB311", heads, lines)


def dropped(clerk: Client, name: str, raw: bytes) -> tuple[int, str]:
    answer = clerk.post(WHERE, {"files": [SimpleUploadedFile(name, raw)]})
    return answer.status_code, unescape(answer.content.decode())


def kept(firm: Organisation) -> list[tuple[str, str]]:
    with scope(PLATFORM):
        return list(Message.objects.filter(organisation_id=firm.pk).values_list("channel", "client"))


def test_good_rows_are_taken_and_the_others_come_back_to_be_mended(
    signed_in: Callable[..., Client], firms: dict[str, Organisation]
) -> None:
    clerk = signed_in("ebp", "甲公司")
    status, told = dropped(clerk, "CEB311-十二月.xlsx", sheet("0", "lots"))
    assert status == 422 and "部分受理" in told and "已收 1 份" in told and "format.number" in told
    assert kept(firms["甲公司"]) == [("excel", "CEB311-十二月.xlsx")]
    packed = re.search(r'href="data:[^,"]*;base64,([^"]+)"', told)
    assert packed is not None
    status, told = dropped(clerk, "CEB311-refused.xlsx", base64.b64decode(packed[1]))
    assert status == 422 and "未受理" in told and "format.number" in told and "已收" not in told
    assert len(kept(firms["甲公司"])) == 1


def test_a_large_workbook_is_kept_sealed_for_a_day_and_for_its_firm_alone(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(given_back, "home", lambda: tmp_path)
    monkeypatch.setattr(handing, "LARGEST_INLINE", 1000)
    clerk = signed_in("ebp", "甲公司")
    _, told = dropped(clerk, "CEB311.xlsx", sheet("0", "lots"))
    found = re.search(r'href="(/enterprise/submit/back/[0-9a-f]{32}\.xlsx)"', told)
    assert found is not None and "加密保留一天" in told
    workbook = clerk.get(found[1])
    assert workbook.headers["Cache-Control"] == "no-store" and workbook.content.startswith(b"PK")
    _, again = dropped(clerk, "CEB311.xlsx", workbook.content)
    assert "未受理" in again and "format.number" in again
    stored = [path.read_bytes() for path in (tmp_path / "given-back").glob("*/*")]
    assert len(stored) == 2 and not any(b"PK\x03\x04" in raw for raw in stored)
    assert signed_in("ebp", "乙公司").get(found[1]).status_code == 404
    now = datetime.now(UTC)
    assert given_back.remove_over(now - timedelta(days=1)) == 0 < given_back.remove_over(now + timedelta(days=1))
    assert clerk.get(found[1]).status_code == 404


def test_without_room_for_it_the_page_says_so(
    signed_in: Callable[..., Client], firms: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(given_back, "home", lambda: tmp_path)
    monkeypatch.setattr(given_back, "MOST_BYTES", 0)
    monkeypatch.setattr(handing, "LARGEST_INLINE", 1000)
    status, told = dropped(signed_in("ebp", "甲公司"), "CEB311.xlsx", sheet("0", "lots"))
    assert status == 422 and "desk.file.back_full" in told and "下载未收的行" not in told
    assert len(kept(firms["甲公司"])) == 1 and not list((tmp_path / "given-back").glob("*/*"))


def test_a_disk_that_takes_nothing_is_no_room(
    signed_in: Callable[..., Client], firms: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "given-back").write_text("in the way")
    monkeypatch.setattr(given_back, "home", lambda: tmp_path)
    monkeypatch.setattr(handing, "LARGEST_INLINE", 1000)
    status, told = dropped(signed_in("ebp", "甲公司"), "CEB311.xlsx", sheet("0", "lots"))
    assert status == 422 and "desk.file.back_full" in told and len(kept(firms["甲公司"])) == 1


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("长" * 250 + ".xlsx", b"PK", "desk.file.name"),
        ("CEB411.xlsx", template("CEB311", "2018", on=DAYS["2018"]), "desk.file.other_kind"),
        ("CEB311.xlsx", b"a,b\n1,2", "format.sheet_other"),
        ("CEB311.xlsx", template("CEB311", "2018", on=DAYS["2018"]), "desk.file.no_rows"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_kept(
    signed_in: Callable[..., Client], firms: dict[str, Organisation], name: str, raw: bytes, code: str
) -> None:
    status, told = dropped(signed_in("ebp", "甲公司"), name, raw)
    assert (status, code in told, kept(firms["甲公司"])) == (422, True, [])


def test_the_results_say_how_many_messages_they_leave_out(
    signed_in: Callable[..., Client], firms: dict[str, Organisation]
) -> None:
    clerk = signed_in("ebp", "甲公司")
    answer = clerk.post(WHERE, {"files": [SimpleUploadedFile("CEB311.xlsx", sheet("0"))]})
    told = clerk.get(answer["Location"] + ",00000000" * 59).content.decode()
    assert "另有 10 个报文" in told and "另有" not in clerk.get(answer["Location"]).content.decode()
