"""What a firm takes away of its documents, and until when a buyer's data are tied to his trades."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.queries import contents

AT_ONCE = 500


def sent_by(firm: int) -> Iterator[tuple[int, str, str, dict[str, str], list[dict[str, str]]]]:
    """Documents the firm itself sent, as the caller may see them: number, message, edition, head and lines, whole, oldest first."""
    last, more = 0, True
    while more:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, kind, edition FROM clearance_document WHERE sender = %s AND id > %s ORDER BY id LIMIT %s",
                (firm, last, AT_ONCE),
            )
            found = cursor.fetchall()
            said = contents.parts(cursor, [number for number, _kind, _edition in found])
        for number, kind, edition in found:
            if number in said and kind in BY_NUMBER:
                part = said[number]
                yield number, BY_NUMBER[kind].message, edition, dict(part.head), [dict(line) for line in part.lines]
        last, more = (found[-1][0] if found else last), len(found) == AT_ONCE


def messages_sent_by(firm: int) -> Iterator[dict[str, Any]]:
    """Messages the firm itself signed, as the caller may see them, oldest first: inbox (number in the inbox), message, edition, guid,
    state, and documents: number, position, key and state of each document that is kept of it."""
    last, more = 0, True
    while more:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, inbox_id, name, edition, guid, state FROM clearance_message WHERE sender = %s AND id > %s ORDER BY id LIMIT %s",
                (firm, last, AT_ONCE),
            )
            found = cursor.fetchall()
            cursor.execute(
                "SELECT message_id, id, position, key, state FROM clearance_document WHERE message_id = ANY(%s) ORDER BY id",
                ([row[0] for row in found],),
            )
            inside: dict[int, list[dict[str, Any]]] = {}
            for message, number, position, key, state in cursor.fetchall():
                inside.setdefault(message, []).append(
                    {"number": number, "position": position, "key": key, "state": state}
                )
        for number, inbox, name, edition, guid, state in found:
            yield {
                "inbox": inbox, "message": name, "edition": edition, "guid": guid, "state": state, "documents": inside.get(number, []),
            }  # fmt: skip
        last, more = (found[-1][0] if found else last), len(found) == AT_ONCE


def last_trade_of(buyer: str) -> date | None:
    """The day on which a trade of the buyer's last changed (as the platform); None without one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(changed_at) FROM clearance_trade WHERE buyer = %s", (buyer,))
        (last,) = cursor.fetchone()
    return last.date() if last else None
