"""来文: every message a firm handed in here with its result, every message of its own the clearance room read, drafts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from pilotzone.exchange import results
from pilotzone.exchange.models import Message
from pilotzone.kernel.access.scope import current

RECEIPT = re.compile(r"[0-9A-Za-z]{8,64}")
CHANNELS = {
    "http": noop("接口"),
    "folder": noop("文件夹"),
    "desk": noop("页面"),
    "excel": noop("Excel 模板"),
    "history": noop("历史补录"),
    "amqp": noop("消息队列"),
}
CARD = "ukey"  # the client of messages signed in the page with a card (clearance.hand_in_signed)
DRAFT = "draft"  # the state of a document that its firm has yet to sign
PAGE = "desk"  # the client of messages written in a page: no file has a name to be shown
MOST_FRESH = 50
SHOWN_FINDINGS = 20
SHOWN_NUMBERS = 10


def handed_in(page: int, size: int) -> tuple[list[dict[str, Any]], int]:
    """A page of the messages kept for the caller's firm, the newest first, with their results; and how many there are."""
    firm = current().organisation or 0
    found = Message.objects.filter(organisation_id=firm)
    total = found.count()
    receipts = found.order_by("-id").values_list("receipt_id", "client")[(page - 1) * size : page * size]
    return [told for receipt, name in receipts if (told := result(receipt, name)) is not None], total


def fresh(asked: str) -> list[dict[str, Any]]:
    """The results of receipts named in an address (comma separated), those of other firms and nonsense left out."""
    wanted = [one for one in asked.split(",") if RECEIPT.fullmatch(one)][:MOST_FRESH]
    return [told for receipt in wanted if (told := result(receipt)) is not None]


def result(receipt: str, name: str = "") -> dict[str, Any] | None:
    """One message with its result as a page shows it; None where it is not the caller's."""
    with connection.cursor() as cursor:
        told = results.read(cursor, receipt, organisation_id=current().organisation or 0)
    if told is None:
        return None
    documents = told["documents"]
    findings = [*told["findings"], *(finding for document in documents for finding in document["findings"])]
    counts: dict[str, int] = {}
    for document in documents:
        counts[document["state"]] = counts.get(document["state"], 0) + 1
    return told | {
        "name": _named(name) or _client(receipt),
        "way": _(CHANNELS.get(told["channel"], told["channel"])),
        "counts": sorted(counts.items()),
        "shown": findings[:SHOWN_FINDINGS],
        "more": max(0, len(findings) - SHOWN_FINDINGS),
        "done": told["state"] == results.DONE,
        "received": datetime.fromisoformat(told["received_at"]),
        "keys": _numbers(one for one in documents if one["state"] != DRAFT),
        "drafts": _numbers(one for one in documents if one["state"] == DRAFT),
    }


def _client(receipt: str) -> str:
    """The file's name, where it came as a file."""
    number = Func(Value(receipt), function="exchange_inbox_number", output_field=BigIntegerField())
    found = Message.objects.filter(id=number, receipt_id=receipt).values_list("client", flat=True)
    return _named(found.first() or "")


def _named(client: str) -> str:
    return _("卡签名申报") if client == CARD else "" if client == PAGE else client


def _numbers(documents: Iterable[dict[str, Any]]) -> list[str]:
    """The last part of each document's key: the number under which its trade, or the draft, is found."""
    numbers = (document["document"].rpartition("+")[2] for document in documents)
    return [number for number in dict.fromkeys(numbers) if number][:SHOWN_NUMBERS]
