"""A firm takes everything of its own away: a background task packs it in open formats, page and database show how far it is.

What is "its own" the database says: every table whose policy names the caller's organisation is read in the firm's own name, so that
nothing of another's can be among it. Rows leave as CSV and as JSON (one object a line); messages the firm sent as they came, byte for
byte, with an index (sent.py); each document by itself and each receipt as the official XML. Sealed columns are left out and named in the manifest; what documents hold of persons stands in their XML.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from pilotzone.base.errors import Problem
from pilotzone.exchange import receipts
from pilotzone.exchange.formats.build import build
from pilotzone.kernel import audit, clock, jobs
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.home import home
from pilotzone.portal.protection.errors import refused
from pilotzone.portal.protection.sent import Sent
from pilotzone.reference.protection import rules
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.sheets import harmless

ACTION, TERM = "access.own", "takeaway"
AT_ONCE = 500
WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
README = """\
本包为贵单位在平台上的全部自有数据，CSV、JSON 为 UTF-8；manifest.json 列出文件、行数和 SHA-256。
messages/ 为贵单位报送的报文原文，逐字节未改动（含签名），见 messages/index.csv；documents/ 为逐份单证重组的报文；receipts/ 为官方回执。
Everything of your firm on this platform; CSV and JSON are UTF-8; manifest.json lists files, rows and SHA-256.
messages/ holds what your firm sent, byte for byte and with its signature, listed in messages/index.csv; documents/ each document as a
message of its own; receipts/ the official receipts.
"""


@dataclass(frozen=True)
class Package:
    """A package: its state, how many of its parts are written, and until when the file is there."""

    number: int
    state: str
    done: int
    total: int
    size: int
    sha256: str
    asked_at: datetime
    keep_until: date | None


def packages() -> list[Package]:
    """Those of the caller's firm, the newest first."""
    require(ACTION)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, state, done, total, size, sha256, asked_at, keep_until FROM portal_takeaway WHERE organisation_id = %s"
            " ORDER BY id DESC LIMIT 20",
            (_own(),),
        )
        return [Package(*row) for row in cursor.fetchall()]


@transaction.atomic
def ask() -> int:
    """Begin a package; its number. Refused `protection.takeaway.again` while another is being made."""
    actor, own = require(ACTION), _own()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(20911, %s)", (own % 2**31,))
        cursor.execute(
            "SELECT 1 FROM portal_takeaway WHERE organisation_id = %s AND state IN ('waiting', 'working')", (own,)
        )
        if cursor.fetchone():
            raise refused("protection.takeaway.again")
        cursor.execute(
            "INSERT INTO portal_takeaway (organisation_id, asked_by, role, asked_at) VALUES (%s, %s, %s, pz_now()) RETURNING id",
            (own, actor.person, actor.role),
        )
        number = int(cursor.fetchone()[0])
    audit.record("takeaway.ask", object_kind="takeaway", object_id=number)
    jobs.later("portal.takeaway", number=number)
    return number


def file_of(number: int) -> Path:
    """The file of a package of the caller's firm; each look leaves a line. Refused `protection.takeaway.gone`."""
    require(ACTION)
    found = next((one for one in packages() if one.number == number and one.state == DONE), None)
    if found is None or not _path(number).is_file():
        raise refused("protection.takeaway.gone")
    audit.record("takeaway.fetch", object_kind="takeaway", object_id=number, after={"sha256": found.sha256})
    return _path(number)


def make(number: int) -> None:
    """Write the package (the job's work); what fails leaves its state and no file."""
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_takeaway SET state = 'working' WHERE id = %s AND state = 'waiting' RETURNING organisation_id, asked_by, role",
            (number,),
        )
        row = cursor.fetchone()
    if row is None:
        return
    actor, place = (
        Actor(kind=ENTERPRISE, organisation=row[0], person=row[1], role=row[2], reason=f"takeaway {number}"),
        _path(number),
    )
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_suffix(".part")
    try:
        with scope(actor):
            own = tables()
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
            _pack(packed, number, actor, own)
        draft.chmod(0o600)
        with draft.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        draft.replace(place)
        _say(
            number,
            "state = 'done', done = total, size = %s, sha256 = %s, keep_until = %s",
            place.stat().st_size,
            sha256,
            rules().term(TERM).until(clock.today(), clock.today()),
        )
    except Exception:
        draft.unlink(missing_ok=True)
        _say(number, "state = 'failed'")
        raise


def over(today: date) -> int:
    """How many files are past their day (as the platform)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM portal_takeaway WHERE state = 'done' AND keep_until < %s", (today,))
        return int(cursor.fetchone()[0])


def remove_over(today: date) -> int:
    """Remove those files and their rows (as the platform); answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_takeaway WHERE state = 'done' AND keep_until < %s RETURNING id", (today,))
        gone = [int(number) for (number,) in cursor.fetchall()]
    for number in gone:
        with suppress(OSError):
            _path(number).unlink(missing_ok=True)
    return len(gone)


def tables() -> dict[str, tuple[list[str], list[str]]]:
    """Tables that hold rows of an organisation: the columns told and the sealed ones left out, by table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.tablename, a.attname, a.atttypid = 'bytea'::regtype FROM (SELECT DISTINCT tablename FROM pg_policies WHERE cmd = 'SELECT'"
            " AND qual LIKE '%pz_organisation()%') p JOIN pg_class c ON c.relname = p.tablename AND c.relnamespace = 'public'::regnamespace"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, a.attnum"
        )
        found: dict[str, tuple[list[str], list[str]]] = {}
        for table, column, sealed in cursor.fetchall():
            found.setdefault(table, ([], []))[bool(sealed)].append(column)
    return found


def _pack(packed: zipfile.ZipFile, number: int, actor: Actor, own: dict[str, tuple[list[str], list[str]]]) -> None:
    files: list[dict[str, Any]] = []
    _say(number, "total = %s", len(own) + 3)
    for at, (table, (columns, sealed)) in enumerate(own.items(), 1):
        with scope(actor):
            for form, lines in (("csv", _csv(table, columns)), ("json", _json(table, columns))):
                files.append(_put(packed, f"tables/{table}.{form}", lines) | ({"left_out": sealed} if sealed else {}))
        _say(number, "done = %s", at)
    with scope(actor):
        files += [_put(packed, f"documents/{name}", iter([xml])) for name, xml in _documents(actor.organisation or 0)]
    _say(number, "done = %s", len(own) + 1)
    sent = Sent(actor)
    files += [_put(packed, f"messages/{name}", iter([raw])) for name, raw in sent.files()]
    files += [_put(packed, "messages/index.csv", sent.as_csv()), _put(packed, "messages/index.json", sent.as_json())]
    _say(number, "done = %s", len(own) + 2)
    with scope(actor):
        files += [_put(packed, f"receipts/{name}", iter([xml])) for name, xml in _receipts(actor.organisation or 0)]
    manifest = {
        "package": number,
        "organisation": actor.organisation,
        "made_at": clock.now().isoformat(),
        "files": files,
    }
    packed.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    packed.writestr("README.txt", README)


def _put(packed: zipfile.ZipFile, name: str, lines: Iterator[bytes]) -> dict[str, Any]:
    digest, rows = hashlib.sha256(), 0
    with packed.open(name, "w", force_zip64=True) as file:
        for line in lines:
            digest.update(line)
            file.write(line)
            rows += 1
    return {"file": name, "lines": rows, "sha256": digest.hexdigest()}


def _rows(table: str, columns: list[str]) -> Iterator[dict[str, Any]]:
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.chunked_cursor() as cursor:
        cursor.execute(f'SELECT row_to_json(t)::text FROM (SELECT {named} FROM "{table}") t')  # noqa: S608 (names of the catalogue)
        while rows := cursor.fetchmany(AT_ONCE):
            for (text,) in rows:
                yield json.loads(text)


def _json(table: str, columns: list[str]) -> Iterator[bytes]:
    for row in _rows(table, columns):
        yield (json.dumps(row, ensure_ascii=False) + "\n").encode()


def _csv(table: str, columns: list[str]) -> Iterator[bytes]:
    def line(cells: list[str]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerow(cells)
        return text.getvalue().encode()

    yield b"\xef\xbb\xbf" + line(columns)
    for row in _rows(table, columns):
        yield line([_cell(row[column]) for column in columns])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _documents(own: int) -> Iterator[tuple[str, bytes]]:
    """The documents the firm itself sent, each as an official message without signature."""
    for number, message, edition, head, lines in clearance.documents_sent_by(own):
        guid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{own} {number}")).upper()
        try:
            yield f"{message}-{number}.xml", build(message, [(head, lines)], edition=edition, guid=guid)
        except (KeyError, ValueError, Problem):  # a document that was refused may hold what no message holds
            told = json.dumps({"head": head, "lines": lines}, ensure_ascii=False)
            yield f"{message}-{number}.json", told.encode()


def _receipts(own: int) -> Iterator[tuple[str, bytes]]:
    last, more = 0, True
    while more:
        with connection.cursor() as cursor:
            found = receipts.after(cursor, own, after=last, limit=AT_ONCE)
        yield from ((f"{receipt.message}-{number}.xml", receipt.xml) for number, receipt in found)
        last, more = (found[-1][0] if found else last), len(found) == AT_ONCE


def _say(number: int, change: str, *values: Any) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(f"UPDATE portal_takeaway SET {change} WHERE id = %s", (*values, number))  # noqa: S608 (our own words)


def _own() -> int:
    own = require(ACTION).organisation
    if own is None:
        raise refused("protection.takeaway.firm")
    return own


def _path(number: int) -> Path:
    return home() / "takeaway" / f"{number}.zip"
