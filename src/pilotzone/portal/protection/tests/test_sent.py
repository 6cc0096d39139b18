"""What a firm sent leaves in its package byte for byte, with an index; nothing of others that lies in the same seal."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from pilotzone.exchange import inbox
from pilotzone.exchange.inbox import Incoming
from pilotzone.kernel import jobs
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.partitions import first_id
from pilotzone.portal.protection import takeaway
from pilotzone.portal.protection.sent import Sent

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 11, 11)
SIGNED = first_id(DAY) + 7301
ODD = b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?>\r\n<CEB311Message guid="A"  >\t<!-- \xe5\x8e\x9f\xe6\xa0\xb7 --></CEB311Message>\r\n\r\n'
THEIRS, CARRIED, SHEET = (
    b"<CEB411Message>MARK-TWO</CEB411Message>",
    b"<CEB303Message>carried</CEB303Message>",
    b"PK\x03\x04sheet",
)


@pytest.fixture
def kept(firms: dict[str, Organisation], flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[list[str]]:
    """Messages of two firms in one seal, one the first firm signed and somebody else carried, one that is no XML; their receipt ids."""
    own, other = firms["甲公司"].pk, firms["乙公司"].pk
    with scope(PLATFORM):
        receipts = inbox.keep(
            connection,
            [
                Incoming(ODD, "http", "a", own), Incoming(THEIRS, "http", "b", other), Incoming(CARRIED, "folder", "b", None),
                Incoming(SHEET, "excel", "a", own), Incoming(ODD, "http", "a", own),
            ],
        )  # fmt: skip
        place = inbox.known(connection, receipts[2])
    assert place is not None
    with flood_connect() as flood:
        flood.execute("SELECT pz_partition('clearance_message', %s)", (DAY,))
        flood.execute(
            "INSERT INTO clearance_message (id, inbox_id, name, edition, flow, guid, sender, state, documents, received_at, signature)"
            " VALUES (%s, %s, 'CEB303Message', '2018', 'E', 'G-1', %s, 'sent', 1, now(), '{}')",
            (SIGNED, place.id, own),
        )
    yield receipts
    with flood_connect() as flood:
        flood.execute("DELETE FROM clearance_message WHERE id = %s", (SIGNED,))


def actor(firm: Organisation) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=firm.pk, role="ebp")


def test_every_message_is_there_as_it_came(firms: dict[str, Organisation], kept: list[str]) -> None:
    sent = Sent(actor(firms["甲公司"]))
    assert list(sent.files()) == [
        (f"{kept[0]}.xml", ODD), (f"{kept[2]}.xml", CARRIED), (f"{kept[3]}.bin", SHEET), (f"{kept[4]}.xml", ODD),
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.as_csv()).decode("utf-8-sig"))))
    assert [(row["file"], row["sha256"], row["size"]) for row in rows] == [
        (f"messages/{receipt}.{form}", hashlib.sha256(raw).hexdigest(), str(len(raw)))
        for receipt, form, raw in ((kept[0], "xml", ODD), (kept[2], "xml", CARRIED), (kept[3], "bin", SHEET), (kept[4], "xml", ODD))
    ]  # fmt: skip
    assert [(row["message"], row["guid"], row["state"], row["channel"]) for row in rows][1] == (
        "CEB303Message", "G-1", "sent", "folder",
    )  # fmt: skip
    told = [json.loads(line) for line in sent.as_json()]
    assert [one["receipt_id"] for one in told] == [kept[n] for n in (0, 2, 3, 4)]


def test_another_firm_gets_its_own_and_nobody_what_is_nobodys(firms: dict[str, Organisation], kept: list[str]) -> None:
    assert list(Sent(actor(firms["乙公司"])).files()) == [(f"{kept[1]}.xml", THEIRS)]


def test_the_package_carries_them_with_their_hashes(
    firms: dict[str, Organisation], kept: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeaway, "home", lambda: tmp_path)
    monkeypatch.setattr(jobs, "later", lambda *told, **more: None)
    monkeypatch.setattr(takeaway, "tables", dict)  # the rows have their own test
    with scope(actor(firms["甲公司"])):
        number = takeaway.ask()
    takeaway.make(number)
    with zipfile.ZipFile(tmp_path / "takeaway" / f"{number}.zip") as packed:
        told = {name: packed.read(name) for name in packed.namelist()}
    assert told[f"messages/{kept[0]}.xml"] == ODD
    assert b"MARK-TWO" not in b"".join(told.values())
    manifest = {one["file"]: one["sha256"] for one in json.loads(told["manifest.json"])["files"]}
    index = [json.loads(line) for line in told["messages/index.json"].splitlines()]
    assert len(index) == 4
    assert all(manifest[one["file"]] == one["sha256"] for one in index)


def test_bytes_that_are_not_those_that_came_make_no_package(
    firms: dict[str, Organisation], kept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = inbox.raws
    monkeypatch.setattr(inbox, "raws", lambda *told: {n: raw + b" " for n, raw in honest(*told).items()})
    with pytest.raises(ValueError, match="is not what came"):
        list(Sent(actor(firms["甲公司"])).files())
