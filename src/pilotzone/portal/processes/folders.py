"""What becomes of a file in a firm's watched folder: XML is kept as it is, an Excel sheet becomes drafts; the result lies beside it,
and official receipts come back into `receipts/`.

Runs in the scheduler, as the platform; what a sheet holds is kept in the name of the firm whose folder it is.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count

import structlog
from django.db import DatabaseError, connection

from pilotzone.base.days import day_of, stamp
from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange import inbox, receipts, results
from pilotzone.exchange.channels.folder import EXCEL, Folder
from pilotzone.exchange.channels.folder_receipts import Page, Receipts
from pilotzone.exchange.channels.folder_results import Results
from pilotzone.exchange.formats import sheet_reading
from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.exchange.formats.findings import Finding
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes.home import home
from pilotzone.rooms.clearance import api as clearance

log = structlog.get_logger("folders")
SHOWN, PAGE, ANYHOW = 200, 500, 60
_MESSAGE = re.compile(r"CEB\d{3}", re.IGNORECASE)


def watch() -> Callable[[], int]:
    """One look into every firm's folder; answers 0, for the next look has its own time."""
    root = home() / "drop"
    told, official = Results(root, result_of), Receipts(root, receipts_of)

    def take(code: str, name: str, raw: bytes) -> list[str]:
        official.begin(code)
        return keep_file(code, name, raw)

    folder, looks, seen = Folder(root, take, keep_past), count(), [-1]

    def look() -> int:
        with scope(PLATFORM):
            folder.prepare(_codes())
        for moved in folder.look():
            log.info("folder.moved", to=str(moved.path), code=moved.problem.code if moved.problem else "kept")
            told.expect(moved.path, moved.receipts)
        for written in told.look():
            log.info("folder.result", to=str(written))
        last, anyhow = _last_receipt(), next(looks) % ANYHOW == 0  # without news the folders are asked once a minute
        if anyhow or last not in (-1, seen[0]) or official.more:
            news = None if anyhow else with_news(seen[0], last)
            seen[0] = seen[0] if last == -1 else last
            if brought := official.look(news):
                log.info("folder.receipts", number=len(brought))
        return 0

    return look


def keep_file(code: str, name: str, raw: bytes) -> list[str]:
    """Keep one file of the firm with this customs code or USCC; answers the receipt ids."""
    try:
        with scope(PLATFORM):
            firm = _firm(code)
            told = f"{code}/{name}"[:200]
            if not name.lower().endswith(EXCEL):
                return [inbox.keep_one(connection, raw, channel="folder", client=told, organisation_id=firm.pk)]
            now = clock.now()
        message, documents = _sheet(name, raw, now)
        with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="folder")):
            return clearance.submit_rows(message=message, documents=documents, channel="folder", name=told)
    except DatabaseError as away:
        raise Unavailable(
            code="channel.folder.away", zh="报文暂时无法保存。", en="It cannot be kept for the moment."
        ) from away


def keep_past(code: str, name: str, raw: bytes) -> list[str]:
    """Keep one message or receipt of the firm's past; answers its receipt id. Only XML: a past was signed and sent."""
    if name.lower().endswith(EXCEL):
        raise Refused(
            code="channel.folder.history", zh="补录历史只接收 .xml 报文和回执。",
            en="The past is taken as .xml messages and receipts only.",
        )  # fmt: skip
    try:
        with scope(PLATFORM):
            firm = _firm(code)
        with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="folder")):
            return clearance.import_history(messages=[raw], names=[f"{code}/{name}"[:200]])
    except DatabaseError as away:
        raise Unavailable(
            code="channel.folder.away", zh="报文暂时无法保存。", en="It cannot be kept for the moment."
        ) from away


def result_of(receipts: Sequence[str]) -> bytes | None:
    """The results of these receipts as `GET /intake/receipts/ID` tells them, in a list; None until all are judged."""
    try:
        with scope(PLATFORM), connection.cursor() as cursor:
            told = [results.read(cursor, one) for one in receipts]
    except DatabaseError:
        return None
    if any(one is None or one["state"] != results.DONE for one in told):
        return None
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _last_receipt() -> int:
    """The number below which no receipt appears any more; -1 while the database is away."""
    try:
        with scope(PLATFORM), connection.cursor() as cursor:
            return receipts.safe(cursor)
    except DatabaseError:
        return -1


def with_news(after: int, until: int) -> set[str] | None:
    """The codes of the firms that got receipts numbered above `after` and up to `until`, as their folders may be called.

    None, which is all of them, at the beginning (`after` -1) and where that cannot be asked.
    """
    if after == -1:
        return None
    try:
        with scope(PLATFORM), connection.cursor() as cursor:
            owners = receipts.owners(cursor, after=after, until=until)
            names = Organisation.objects.filter(pk__in=owners).values_list("customs_code", "uscc")
            return {code for both in names for code in both if code}
    except DatabaseError:
        return None


def receipts_of(code: str, after: int | None) -> Page | None:
    """The signed messages of a firm's next receipts, as `NUMBER-MESSAGE.xml`; for None only the place of now.

    None where the database is away, or the firm acts no more.
    """
    try:
        with scope(PLATFORM), connection.cursor() as cursor:
            firm, safe = _firm(code), receipts.safe(cursor)
        if after is None or safe <= after:
            return Page([], safe if after is None else after)
        with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="folder")), connection.cursor() as cursor:
            found = receipts.after(cursor, firm.pk, after=after, until=safe, limit=PAGE, mark=True)
            packages = receipts.packages_of(cursor, firm.pk, [number for number, _ in found])
    except (DatabaseError, Refused):
        return None
    files = [(f"{number}-{message}.xml", raw) for number, message, raw in packages]
    # a page may end within a package, whose file is written whole all the same
    return Page(files, packages[-1][0] + receipts.MOST - 1 if len(found) == PAGE else safe)


def _sheet(name: str, raw: bytes, now: datetime) -> tuple[str, list[tuple[dict[str, str], list[dict[str, str]]]]]:
    """The message a workbook's name says it is, and its documents; the whole file is refused for one bad row."""
    found = _MESSAGE.search(name)
    message = f"{found[0].upper()}Message" if found else ""
    if message not in message_names():
        raise Refused(
            code="channel.folder.sheet_name",
            zh="请用报文编号命名 Excel 文件，例如 CEB311-订单.xlsx。",
            en="Name the workbook after its message, for example CEB311-orders.xlsx.",
        )
    at = stamp(now)
    reading = sheet_reading.read(
        raw,
        message,
        edition_for(message, day_of(now)),
        on=day_of(now),
        fill=lambda _: {"guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": at, "appStatus": "1"},
    )
    if reading.findings or not reading.documents:
        told = reading.findings[:SHOWN]
        raise Refused(
            code="channel.folder.sheet",
            zh="Excel 文件有误，全部未受理：\n" + _listed(told, "zh") if told else "Excel 文件中没有单证。",
            en="The workbook has errors; nothing was taken:\n" + _listed(told, "en")
            if told
            else "It holds no document.",
        )
    return message, [(document.head, document.lines) for document in reading.documents]


def _listed(findings: list[Finding], language: str) -> str:
    return "\n".join(f"{one.path} {one.code} {one.zh if language == 'zh' else one.en}" for one in findings)


def _firm(code: str) -> Organisation:
    found = Organisation.acting(clock.today())
    firm = found.filter(customs_code=code).first() or found.filter(uscc=code).first() if code else None
    if firm is None:
        raise Refused(
            code="channel.folder.unknown",
            zh=f"没有编码为 {code} 的企业，或已停用。",
            en=f"There is no enterprise {code}, or it is suspended.",
        )
    return firm


def _codes() -> list[str]:
    """The codes of the firms that have a folder: the first thousand, so that a large zone is not a forest of folders."""
    firms = Organisation.acting(clock.today()).exclude(customs_code="").order_by("pk")
    return list(firms.values_list("customs_code", flat=True)[:1000])
