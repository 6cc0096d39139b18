"""实名核验 of buyers in bulk: a firm's list goes through the authorised body; kept are keyed hashes and the answers.

A list is taken row by row: what is wrong with one row is told there and keeps no other from being asked. The answers
are what matching check 5 and 12 go by, until the day they end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Sum

from pilotzone.base.days import SHANGHAI, day_of
from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.engine import buyers
from pilotzone.rooms.clearance.models import BuyerAnswer, BuyerCheck, Identity
from pilotzone.rooms.clearance.queries import lookups

ACTION = "buyer.verify"
SOURCE = "海关总署公告2018年第194号；个人信息保护法"
VALID_DAYS, BATCH_ROWS, DAILY_ROWS = (f"import.identity.{name}" for name in ("valid_days", "batch_rows", "daily_rows"))
MATCHES, MISMATCH, REFUSED = "matches", "mismatch", "refused"


@transaction.atomic
def check_buyers(
    *, rows: Sequence[tuple[str, str, str, str]], ask: Callable[[str, str], bool], authority: str, consented: bool,
    channel: str,
) -> int:  # fmt: skip
    """Have a list checked: rows of (ref, kind of document, number, name); `ask` (name, number) is the authorised body.

    Answers the number of the list. Nothing is kept where it is refused as a whole: `clearance.buyers.consent` (the firm
    does not state that the buyers agreed), `.empty`, `.too_many` (rows at once), `.today` (rows of the firm in a day).
    """
    actor = require(ACTION)
    own, now = actor.organisation or 0, clock.now()
    _whole(own, len(rows), consented, day_of(now))
    given = [buyers.Row.of(*row) for row in rows]
    judged = buyers.judge(given)
    asked = [None if fault else ask(row.name, row.number) for row, fault in zip(given, judged, strict=True)]
    until = last_day(day_of(now))
    made = BuyerCheck.objects.create(
        organisation_id=own, person_id=actor.person, asked_at=now, channel=channel, authority=authority, valid_to=until,
        total=len(rows), matched=asked.count(True), mismatched=asked.count(False), refused=asked.count(None),
    )  # fmt: skip
    keys = [
        lookups.buyer_key(row.id_type, row.number) if answer is not None else ""
        for row, answer in zip(given, asked, strict=True)
    ]
    BuyerAnswer.objects.bulk_create(
        BuyerAnswer(
            check_list=made, position=position, ref=buyers.shown_ref(row), buyer=key,
            outcome=REFUSED if answer is None else MATCHES if answer else MISMATCH,
            findings=[fault.as_dict()] if fault else [],
        )
        for position, (row, key, answer, fault) in enumerate(zip(given, keys, asked, judged, strict=True), start=1)
    )  # fmt: skip
    _know(
        Identity(
            buyer=key, name_hash=lookups.name_hash(row.name), matches=answer, authority=authority,
            checked_at=now, valid_to=until, asked_by_id=own,
        )
        for row, key, answer in zip(given, keys, asked, strict=True) if answer is not None
    )  # fmt: skip
    audit.record(
        "clearance.check_buyers", object_kind="buyer_check", object_id=made.pk,
        after={"rows": made.total, "matched": made.matched, "mismatched": made.mismatched, "refused": made.refused,
               "authority": authority, "channel": channel},
    )  # fmt: skip
    return made.pk


def last_day(day: date) -> date:
    """The last day an answer of this day counts."""
    return day + timedelta(days=int(rate(VALID_DAYS, on=day).number))


def _whole(own: int, rows: int, consented: bool, day: date) -> None:
    """Whether the list is taken at all."""
    if not consented:
        raise Refused(
            code="clearance.buyers.consent", zh="请声明已告知购买人并取得其同意。",
            en="State that the buyers were told and agreed.", source="个人信息保护法 第十三条、第二十三条",
        )  # fmt: skip
    if rows == 0:
        raise Refused(
            code="clearance.buyers.empty", zh="名单中没有购买人。", en="The list holds no buyer.", source=SOURCE
        )
    most = int(rate(BATCH_ROWS, on=day).number)
    if rows > most:
        raise Refused(
            code="clearance.buyers.too_many", zh=f"一次最多核验{most}人。", en=f"At most {most} buyers at once.",
            source=SOURCE, mend_zh="请分几次提交。", mend_en="Send the list in parts.", fields={"rows": str(rows)},
        )  # fmt: skip
    Organisation.objects.select_for_update().get(pk=own)  # two lists at once count one after the other
    start = datetime.combine(day, time.min, tzinfo=SHANGHAI)
    today = BuyerCheck.objects.filter(organisation_id=own, asked_at__gte=start).aggregate(n=Sum("total"))["n"] or 0
    most = int(rate(DAILY_ROWS, on=day).number)
    if today + rows > most:
        raise Refused(
            code="clearance.buyers.today", zh=f"贵单位一天最多核验{most}人，今天已核验{today}人。",
            en=f"At most {most} buyers a day; {today} were checked today.", source=SOURCE,
            mend_zh="请明天再提交。", mend_en="Send the rest tomorrow.",
        )  # fmt: skip


def _know(answers: Iterable[Identity]) -> None:
    """Keep what the authorised body said of buyers and their names; its latest word counts."""
    with scope(PLATFORM):
        Identity.objects.bulk_create(
            list(answers),
            update_conflicts=True,
            unique_fields=["buyer", "name_hash"],
            update_fields=["matches", "authority", "checked_at", "valid_to", "asked_by"],
        )
