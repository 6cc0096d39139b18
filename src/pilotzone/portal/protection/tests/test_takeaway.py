"""A firm takes everything of its own away, and nothing of another's; the file ends with its term."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from pilotzone.kernel import clock, jobs
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.protection import retention, takeaway
from pilotzone.rooms.services import api as services

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
MINE = "/protection/mine/"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(takeaway, "home", lambda: tmp_path)
    monkeypatch.setattr(jobs, "later", lambda *told, **more: None)
    return tmp_path


def asked(firm: Organisation, words: str) -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="ebp")):
        services.ask(kind="question", title=words, body=words)


def number_of(firm: Organisation) -> int:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM portal_takeaway WHERE organisation_id = %s", (firm.pk,))
        return int(cursor.fetchone()[0])


def test_the_package_holds_what_is_the_firms_and_nothing_else(
    firms: dict[str, Organisation], signed_in: SignedIn
) -> None:
    asked(firms["甲公司"], "=MARK-ONE")
    asked(firms["乙公司"], "MARK-TWO")
    clerk = signed_in("ebp", "甲公司")
    assert clerk.post(MINE, {"verb": "takeaway"}).status_code == 302
    assert "打包进度" in clerk.get(MINE).content.decode()
    assert "protection.takeaway.again" in clerk.post(MINE, {"verb": "takeaway"}).content.decode()
    number = number_of(firms["甲公司"])
    takeaway.make(number)
    where = f"{MINE}takeaway/{number}.zip"
    page = clerk.get(MINE).content.decode()
    assert where in page and "SHA-256" in page
    answer = clerk.get(where)
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        told = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(told["manifest.json"])
    for one in manifest["files"]:
        assert hashlib.sha256(told[one["file"]]).hexdigest() == one["sha256"]
    whole = b"".join(told.values())
    assert b"MARK-ONE" in whole and b"MARK-TWO" not in whole and hashlib.sha256(body).hexdigest()[:16] in page
    rows = list(csv.DictReader(io.StringIO(told["tables/services_question.csv"].decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["'=MARK-ONE"], "no formula for a spreadsheet"
    assert [json.loads(line)["title"] for line in told["tables/services_question.json"].splitlines()] == ["=MARK-ONE"]
    assert signed_in("ebp", "乙公司").get(where).status_code in (403, 404, 422)
    assert signed_in("operator", "eport").get(where).status_code == 403


def test_every_table_with_rows_of_a_firm_is_among_it(firms: dict[str, Organisation]) -> None:
    with scope(PLATFORM):
        found = takeaway.tables()
    assert {
        "clearance_trade",
        "clearance_document",
        "registry_filing",
        "services_case",
        "fx_receipt",
        "exchange_receipt",
        "tax_bill",
        "portal_takeaway",
    } <= set(found)
    told, sealed = found["exchange_hook"]
    assert {"secret", "old_secret"} <= set(sealed) and "url" in told and "secret" not in told


def test_what_fails_says_so_and_leaves_no_file(
    firms: dict[str, Organisation], signed_in: SignedIn, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = signed_in("ebp", "甲公司")
    clerk.post(MINE, {"verb": "takeaway"})
    number = number_of(firms["甲公司"])

    def broken(*_: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(takeaway, "_receipts", broken)
    with pytest.raises(OSError, match="disk"):
        takeaway.make(number)
    assert "未能生成" in clerk.get(MINE).content.decode() and list((place / "takeaway").iterdir()) == []
    assert clerk.post(MINE, {"verb": "takeaway"}).status_code == 302


def test_the_file_goes_with_its_term(
    firms: dict[str, Organisation], signed_in: SignedIn, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = signed_in("ebp", "甲公司")
    clerk.post(MINE, {"verb": "takeaway"})
    number = number_of(firms["甲公司"])
    takeaway.make(number)
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + datetime.timedelta(days=7))
    assert "takeaway" not in retention.run()
    monkeypatch.setattr(clock, "today", lambda: today + datetime.timedelta(days=8))
    assert retention.run()["takeaway"] == 1
    assert not (place / "takeaway" / f"{number}.zip").exists()
    assert clerk.get(f"{MINE}takeaway/{number}.zip").status_code in (403, 404, 422)
