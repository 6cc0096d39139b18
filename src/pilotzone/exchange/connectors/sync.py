"""Orders of a marketplace, kept equal with it: rounds by change, days reconciled by count and money.

A round asks for everything changed since the last one began, less an overlap, page after page; the cursor moves after a
page's orders are on the disk. What a round overlooked (a page that came empty, a change that came late under an old
stamp) the reconciliation of the day finds, because the marketplace's count and money differ from ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from pilotzone.base.errors import Problem, Unavailable
from pilotzone.base.sentences import Reason
from pilotzone.exchange.connectors.asking import Answer, Request, Transport
from pilotzone.exchange.connectors.contract import READY, Connector
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.kinds import Record
from pilotzone.exchange.connectors.sale import moment
from pilotzone.exchange.connectors.store import HELD, Entry, Store, digest_of, write

OVERLAP = timedelta(minutes=30)
TRIES = 8
LISTS = 3
LONGEST_WAIT_S = 300.0
READABLE = (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError)


@dataclass
class Told:
    """What a round or a reconciliation did. `held` counts what it put into quarantine."""

    pages: int = 0
    orders: int = 0
    news: int = 0
    held: int = 0


@dataclass(frozen=True)
class DayFigures:
    """A day as we count it and as the marketplace does; its money is None where it counts none."""

    day: date
    ours: tuple[int, Decimal]
    theirs: tuple[int, Decimal | None]

    @property
    def agree(self) -> bool:
        """Whether count, and money where there is any, are the same."""
        return self.ours[0] == self.theirs[0] and self.theirs[1] in (None, self.ours[1])


@dataclass
class Sync:
    """One connector with its settings, its store and its transport; `now` and `wait` (seconds) are given.

    `statuses` is the firm's own addition to the status map.
    """

    connector: Connector
    given: Mapping[str, Any]
    store: Store
    transport: Transport
    now: Callable[[], datetime]
    wait: Callable[[float], None]
    statuses: Mapping[str, str] = field(default_factory=dict)
    overlap: timedelta = OVERLAP
    start: datetime = datetime(2019, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        token = self.store.folder / "token.json"
        renewed = Answer(200, token.read_bytes()).json() if token.exists() else {}
        self.settings = self.connector.settings({**self.given, **renewed})

    def round(self) -> Told:
        """Take in what changed; goes on where an interrupted round stopped. Unavailable, Refused: later, from there."""
        told = Told()
        self._reconsider()
        cursor = self.store.cursor()
        if not cursor.get("next"):
            since = moment(cursor["since"]) - self.overlap if cursor else self.start
            first = self.connector.do.first(self.settings, since)
            cursor = {**cursor, "began": "", "next": [first.url, first.method, first.body]}
        while cursor["next"]:
            request = Request(cursor["next"][0], cursor["next"][1], body=cursor["next"][2])
            answer = self._ask(request)
            if not cursor["began"]:
                # by the marketplace's own clock, so that a wrong one of ours loses nothing
                cursor["began"] = (_clock(answer) or self.now()).isoformat()
            self._page(answer, told)
            following = self.connector.do.following(request, answer)
            cursor["next"] = [following.url, following.method, following.body] if following else None
            if not following:
                cursor["since"] = cursor["began"]
            self.store.move(cursor)
        return told

    def reconcile(self, day: date) -> DayFigures:
        """Compare a day (UTC, by creation) with the marketplace; where they differ, list it again and take in what is new.

        Where the marketplace counts no money, the list of the day is what the money is compared with. A list may lack
        pages: it is asked for again, LISTS times at most; the figures told are those of the last.
        """
        created_on = self.connector.may("created_on")
        told = DayFigures(day, self._ours(day), self._ours(day))
        for _ in range(LISTS):
            counted = self._figures(day)
            if counted is not None and (created_on is None or (counted.agree and counted.theirs[1] is not None)):
                return counted
            if created_on is None:
                return told
            listed = self._list(created_on(self.settings, day))
            ours, money = self._ours(day), sum(listed.values(), Decimal(0))
            theirs = (counted.theirs[0] if counted else len(listed), counted.theirs[1] if counted else None)
            told = DayFigures(day, ours, (theirs[0], money if theirs[1] is None else theirs[1]))
            if told.agree:
                break
        return told

    def _list(self, first: Request) -> dict[str, Decimal]:
        """Take in a list of orders; number → money."""
        seen: dict[str, Decimal] = {}
        request: Request | None = first
        while request is not None:
            answer = self._ask(request)
            seen.update((entry.number, entry.total) for entry in self._page(answer, Told()))
            request = self.connector.do.following(request, answer)
        return seen

    def _figures(self, day: date) -> DayFigures | None:
        asking = self.connector.may("figures")
        request = asking(self.settings, day) if asking else None
        if request is None:
            return None
        theirs = self.connector.do.figures_of(self._ask(request))
        return DayFigures(day, self._ours(day), theirs)

    def _ours(self, day: date) -> tuple[int, Decimal]:
        mine = self.store.on(day)
        return len(mine), sum((entry.total for entry in mine), Decimal(0))

    def _page(self, answer: Answer, told: Told) -> list[Entry]:
        entries: list[Entry] = []
        doubts: dict[str, tuple[Entry, Reason | Problem, Any]] = {}
        for raw in self._orders(answer):
            entry, reason = self._judge(raw)
            entries.append(entry)
            if reason is not None:
                doubts[entry.digest] = (entry, reason, raw)
        for entry in entries:
            if entry.digest in doubts:
                held, reason, raw = doubts[entry.digest]
                known = self.store.get(entry.number)
                if known is None or (known.digest != entry.digest and known.updated <= entry.updated):
                    self.store.hold(held, reason.as_dict(), raw)
        news = self.store.take(entries)
        told.pages += 1
        told.orders += len(entries)
        told.news += len(news)
        told.held += sum(entry.outcome == HELD for entry in news)
        return entries

    def _orders(self, answer: Answer) -> Iterator[Any]:
        try:
            found = list(self.connector.do.orders(answer))
        except READABLE as broken:
            raise _unreadable(broken) from None
        details = self.connector.may("details")
        for raw in found:
            request = details(self.settings, raw) if details else None
            answers = []
            while request is not None:
                answers.append(self._ask(request))
                request = self.connector.do.following(request, answers[-1])
            yield self.connector.do.with_details(raw, answers) if answers else raw

    def _judge(self, raw: Any) -> tuple[Entry, Reason | Problem | None]:
        """The entry of an order, and what holds it."""
        return judge(self.connector, raw, self.statuses, self.now())

    def _reconsider(self) -> None:
        """Let go what was held for a status that is mapped by now."""
        for told in self.store.held():
            entry = self.store.get(told["number"])
            if entry and entry.sale and entry.why == "connector.status":
                status = entry.sale["status"]
                outcome = self.statuses.get(status) or self.connector.statuses.get(status)
                kind = self.connector.kind
                if outcome and (outcome != READY or kind.doubt(kind.of(entry.sale)) is None):
                    self.store.release(entry.number, outcome, by="status map", reason=status)

    def _ask(self, request: Request) -> Answer:
        """The answer to a question that shows who asks; where the token is refused it is renewed once."""
        answer = self._tried(request)
        if answer.status in (401, 403) and self.connector.may("renewal"):
            self._renew()
            answer = self._tried(request)
        if answer.status != 200:
            raise SENTENCES.refused("connector.refused", status=answer.status)
        return answer

    def _tried(self, request: Request, *, shown: bool = True) -> Answer:
        """The answer, after 429 when Retry-After has passed, after 5xx and silence with growing pauses."""
        authorised = self.connector.may("authorised") if shown else None
        why = ""
        for attempt in range(TRIES):
            try:
                answer = self.transport(authorised(self.settings, request) if authorised else request)
            except OSError as failure:
                why = type(failure).__name__
                self.wait(2.0**attempt)
                continue
            if answer.status != 429 and answer.status < 500:
                return answer
            why = f"HTTP {answer.status}"
            self.wait(self._pause(answer, attempt))
        reason = SENTENCES.reason("connector.unreachable", what=why)
        raise Unavailable(code=reason.code, zh=reason.zh, en=reason.en, source=reason.source, mend_en=reason.mend_en)

    def _renew(self) -> None:
        answer = self._tried(self.connector.do.renewal(self.settings), shown=False)
        if answer.status != 200:
            raise SENTENCES.refused("connector.refused", status=answer.status)
        changed = {name: str(value) for name, value in self.connector.do.renewed(answer).items()}
        self.settings.update(changed)
        path = self.store.folder / "token.json"
        kept = Answer(200, path.read_bytes()).json() if path.exists() else {}
        write(path, Answer.of({**kept, **changed}).body, secret=True)

    def _pause(self, answer: Answer, attempt: int) -> float:
        told = answer.headers.get("retry-after", "")
        if told.isdigit():
            return min(float(told), LONGEST_WAIT_S)
        try:
            asked = (parsedate_to_datetime(told) - (_clock(answer) or self.now())).total_seconds()
        except (TypeError, ValueError):
            asked = 2.0**attempt
        return min(max(asked, 0.0), LONGEST_WAIT_S)


def judge(
    connector: Connector, raw: Any, statuses: Mapping[str, str], now: datetime
) -> tuple[Entry, Reason | Problem | None]:
    """An order read, its money reconciled and its status mapped: the entry, and the first thing that holds it.

    An order not paid yet, or void, is not held for its money or its lines: they are told with the payment.
    """
    try:
        record: Record = connector.do.parse(raw)
    except (Problem, *READABLE) as broken:
        number = _number(connector, raw)
        stamp = now.astimezone(UTC)
        entry = Entry(
            number, stamp.date(), stamp.isoformat(), digest_of(raw), HELD, None, SENTENCES.reason(_BROKEN, what="").code
        )
        return entry, _unreadable(broken)
    plain = record.as_dict()
    reason: Reason | Problem | None = None
    try:
        outcome = connector.outcome(record.status, statuses)
    except Problem as unknown:
        outcome, reason = HELD, unknown
    doubt = connector.kind.doubt(record) if outcome == READY else None
    if doubt is not None:
        outcome, reason = HELD, doubt
    why = reason.code if reason else ""
    digest, updated = digest_of(plain), record.updated.isoformat()
    return Entry(record.number, record.created.date(), updated, digest, outcome, plain, why), reason


_BROKEN = "connector.unreadable"


def _unreadable(broken: Exception) -> Problem:
    what = broken.en if isinstance(broken, Problem) else f"{type(broken).__name__}: {broken}"
    return SENTENCES.refused(_BROKEN, what=what[:160])


def _number(connector: Connector, raw: Any) -> str:
    try:
        return str(connector.do.key(raw)) or digest_of(raw)
    except READABLE:
        return digest_of(raw)


def _clock(answer: Answer) -> datetime | None:
    """The marketplace's clock, where it tells it (RFC 9110 Date)."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return None
