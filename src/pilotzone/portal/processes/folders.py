"""What becomes of a file in a firm's watched folder: XML is kept as it is, an Excel sheet becomes drafts; the result lies beside it,
and official receipts come back into `receipts/`.

Runs in the scheduler, as the platform; what a sheet holds is kept in the name of the firm whose folder it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import count

import structlog
from django.db import DatabaseError, connection

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange import inbox, receipts, results
from pilotzone.exchange.channels.folder import EXCEL, Folder, Partly
from pilotzone.exchange.channels.folder_receipts import Page, Receipts
from pilotzone.exchange.channels.folder_results import Results
from pilotzone.exchange.formats import sheet_back, sheet_handed
from pilotzone.exchange.formats.findings import Finding
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.processes.home import home
from pilotzone.rooms.clearance import api as clearance

log = structlog.get_logger("folders")
SHOWN, PAGE, ANYHOW = 200, 500, 60


def watch() -> Callable[[], int]:
    """One look into every firm's folder; answers 0, for the next look has its own time."""
    root = home() / "drop"
    told, official = Results(root, result_of), Receipts(root, receipts_of)

    def take(code: str, name: str, raw: bytes) -> list[str] | Partly:
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


def keep_file(code: str, name: str, raw: bytes) -> list[str] | Partly:
    """Keep one file of the firm with this customs code or USCC; answers the receipt ids.

    Of a sheet the documents without fault are taken, the others are given back to be mended, as on the page (desks.handing): what is
    given back is made first, that nothing is kept which cannot be answered.
    """
    try:
        with scope(PLATFORM):
            firm = _firm(code)
            told = f"{code}/{name}"[:200]
            if not name.lower().endswith(EXCEL):
                return [inbox.keep_one(connection, raw, channel="folder", client=told, organisation_id=firm.pk)]
            now = clock.now()
        message, reading = sheet_handed.read(name, raw, now=now, where="channel.folder")
        documents = [(document.head, document.lines) for document in reading.accepted]
        faults = _faults(reading.findings, len(documents)) if reading.findings else None
        back = sheet_back.refused(reading, message) if faults and reading.sheets else b""
        if faults and not documents:
            return _all_given_back(faults, back)
        with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="folder")):
            kept = clearance.submit_rows(message=message, documents=documents, channel="folder", name=told)
        return Partly(kept, faults, back) if faults else kept
    except DatabaseError as away:
        raise Unavailable(
            code="channel.folder.away", zh="报文暂时无法保存。", en="It cannot be kept for the moment."
        ) from away


def _all_given_back(faults: Refused, back: bytes) -> Partly:
    """Nothing was taken: all of it comes back to be mended. Where no sheet could be read there is nothing to give back."""
    if not back:
        raise faults
    return Partly([], faults, back)


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


def result_of(code: str, receipts: Sequence[str]) -> bytes | None:
    """The results of these receipts of a firm as `GET /intake/receipts/ID` tells them, in a list; None until all are judged.

    Asked in the firm's name: a receipt of another is none there is.
    """
    try:
        with scope(PLATFORM):
            firm = _firm(code)
        with scope(Actor(kind=ENTERPRISE, organisation=firm.pk, role="folder")), connection.cursor() as cursor:
            told = [results.read(cursor, one, organisation_id=firm.pk) for one in receipts]
    except (DatabaseError, Refused):
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


def _faults(findings: Sequence[Finding], taken: int) -> Refused:
    """What is wrong with the cells of a workbook; what is not listed is counted."""
    shown, more = findings[:SHOWN], len(findings) - SHOWN
    zh = f"Excel 文件有误，{f'已受理{taken}份，其余' if taken else '全部'}未受理：\n" + _listed(shown, "zh")
    en = f"The workbook has errors; {f'{taken} documents were taken, the others not' if taken else 'nothing was taken'}:\n"
    en += _listed(shown, "en")
    if more > 0:
        zh, en = f"{zh}\n另有{more}处未列出", f"{en}\n{more} more are not listed"
    return Refused(code="channel.folder.sheet", zh=zh, en=en)


def _listed(findings: Sequence[Finding], language: str) -> str:
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
