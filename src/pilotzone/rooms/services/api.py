"""The door of the room: service items, cases, the inbox, notices, help. Functions take and give plain data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.members import colleagues
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.services.engine import items, schema, states
from pilotzone.rooms.services.engine.items import ENDED, ON, TRIAL
from pilotzone.rooms.services.errors import Finding, refused
from pilotzone.rooms.services.models import Material, Notice
from pilotzone.rooms.services.operations import applying, deciding, helping, mandates, replaying, ticking
from pilotzone.rooms.services.queries import cases, details
from pilotzone.rooms.services.queries import help as questions_of
from pilotzone.rooms.services.queries import items as files
from pilotzone.rooms.services.queries import mandates as mandated
from pilotzone.rooms.services.queries.cases import Wanted

__all__ = [
    "EVENT", "KINDS", "RECORDS", "STATES", "VERBS", "Finding", "Wanted", "accept", "apply", "ask", "attach", "authorise", "begin",
    "case", "check_file", "close", "counts", "decide_replay", "decline", "faults", "fields", "finish", "guide", "hand_over",
    "holders", "inbox", "inbox_counts", "item", "list_items", "mandates_of", "material", "may_apply", "mine", "notice", "pass_",
    "principals", "publish", "published", "question", "questions", "refuse", "replay", "replays", "reply", "resubmit", "return_",
    "revoke", "save", "status_words", "submit", "tick", "together", "units", "urge", "verified", "verify_address", "withdraw",
]  # fmt: skip
EVENT = "services.case"
STATES, VERBS = states.STATES, states.VERBS
KINDS, RECORDS = helping.KINDS, helping.RECORDS
save, attach, submit, resubmit = applying.save, applying.attach, applying.submit, applying.resubmit
withdraw, urge, close = applying.withdraw, applying.urge, applying.close
accept, decline, return_, hand_over = deciding.accept, deciding.decline, deciding.return_, deciding.hand_over
pass_, refuse, together = deciding.pass_, deciding.refuse, deciding.together
revoke = mandates.revoke
mandates_of, principals = mandated.mandates_of, mandated.principals
reply, finish, publish = helping.reply, helping.finish, helping.publish
published, counts = questions_of.published, questions_of.counts


def list_items(*, who: str = "", query: str = "", every: bool = False) -> list[dict[str, Any]]:
    """The guide: items in use, and on trial those the caller may try; with `every` all, as the command line lists them."""
    found = []
    for one in files.catalogue().items.values():
        if not every and (one.status == ENDED or not files.visible(one)):
            continue
        if (who and one.who and who not in one.who) or (
            query and query.lower() not in f"{one.key}{one.zh}{one.en.lower()}"
        ):
            continue
        found.append(details.guide(one))
    return found


def item(key: str) -> dict[str, Any]:
    """One item's guide. Refused `service.item.unknown`."""
    return details.guide(files.item(key))


guide = item


def status_words(status: str) -> tuple[str, str]:
    """What a status of an item is called in Chinese and English."""
    return items.STATUS[status]


def fields(key: str) -> tuple[schema.Field, ...]:
    """The form of an item as it stands now."""
    return files.item(key).form


def may_apply(key: str) -> bool:
    """Whether the caller could begin a case of it by his role: the firm itself is asked when it begins."""
    one = files.item(key)
    if one.status == TRIAL:
        return files.tries(one)
    return one.status == ON and may(states.FILL) and _applies(one)


def _applies(one: items.Item) -> bool:
    actor = current()
    return actor.organisation is not None or (one.persons and actor.kind == CONSUMER)


def check_file(path: Path) -> list[Finding]:
    """Everything wrong with an item's file, each with its line; nothing for one in order. OSError where it cannot be read."""
    return files.check(path)[1]


def faults() -> dict[Path, tuple[Finding, ...]]:
    """Files that were left out of the catalogue, and why."""
    return dict(files.catalogue().faults)


def units() -> list[tuple[str, str, str]]:
    """Every unit that holds a step of some item: place, Chinese and English name."""
    codes = {
        code for one in files.catalogue().items.values() for step in (one.accept, *one.steps) for code in step.units
    }
    rows = [files.units()[code] for code in sorted(codes) if code in files.units()]
    return sorted(rows)


def begin(*, key: str, values: Mapping[str, Any], principal: int | None = None) -> int:
    """Begin a case as a draft; its number in the table. See operations/applying.begin for what refuses."""
    return applying.begin(key=key, values=values, principal=principal)[0].pk


def apply(
    *,
    key: str,
    values: Mapping[str, Any],
    principal: int | None = None,
    papers: Mapping[str, tuple[str, bytes]] | None = None,
) -> int:
    """Begin a case, add its papers (key → name and bytes) and hand it in, all or nothing; its number in the table."""
    with scope(current()):
        number = begin(key=key, values=values, principal=principal)
        for name, (file, body) in (papers or {}).items():
            attach(number, version=None, key=name, name=file, body=body)
        submit(number, version=None)
    return number


def case(number: int) -> dict[str, Any]:
    """All of one case the caller sees, with its form's `schema_fields`. Denied `kernel.access.unknown`."""
    found = cases.access_case(number)
    cases.require_any()
    told = details.detail(found, clock.today())
    told["form"] = items.of(found.item.content).form
    told["findings"] = (
        [one.as_dict() for one in applying.findings(found)] if found.state in ("draft", "returned") else []
    )
    return told


def mine(*, state: str = "", query: str = "", page: int = 1, size: int = 50) -> dict[str, Any]:
    """The caller's own cases: rows, total, page, pages. Each says at which desk it lies and until when."""
    cases.require_any()
    found = cases.mine(state, query)
    total = found.count()
    rows = details.summaries(found[(page - 1) * size : page * size], clock.today())
    return {"rows": rows, "total": total, "page": page, "pages": max(1, -(-total // size))}


def inbox(wanted: Wanted, *, page: int = 1, size: int = 50) -> dict[str, Any]:
    """What lies at the caller's desk, the first due first: rows, total, page, pages."""
    require("service.see")
    today = clock.today()
    found = cases.inbox(wanted, on=today)
    total, warn = found.count(), cases.warn(today)
    shown = found[(page - 1) * size : page * size].iterator(chunk_size=details.PART)
    rows = [details.inbox_row(one, today, warn) for one in shown]
    return {"rows": rows, "total": total, "page": page, "pages": max(1, -(-total // size))}


def inbox_counts() -> dict[str, int]:
    """How many lie at the caller's desk under each light."""
    require("service.see")
    today = clock.today()
    return {light: cases.inbox(Wanted(light=light), on=today).count() for light in ("red", "yellow", "green")}


def holders(number: int) -> list[tuple[int, str]]:
    """To whom a case at the caller's desk may be handed: himself, and his colleagues today."""
    actor = current()
    mine_ = Membership.objects.filter(pk=actor.membership).first() if actor.membership else None
    own = list(Person.objects.filter(pk=actor.person)) if actor.person else []
    others = colleagues(mine_, on=clock.today()) if mine_ else []
    return details.named(own + [one for one in others if one.pk != actor.person])


def material(case_number: int, number: int) -> tuple[str, bytes]:
    """A paper of a case the caller sees: its name and bytes; reading it leaves an audit line."""
    found = cases.access_case(case_number)
    cases.require_any()
    one = Material.objects.filter(case=found, pk=number).first()
    if one is None:
        raise cases.unknown()
    audit.record(
        "service.material", object_kind="case", object_id=found.pk, after={"material": one.pk, "sha256": one.sha256}
    )
    return one.name, bytes(one.body)


def notice(number: int) -> dict[str, Any]:
    """The notice of a case the caller sees as plain data, ready for any paper: what was said when it was issued (title, number,
    addressee, text in both languages, facts, basis, appeal, who issued it and when), and `code`, `digest` (SHA-256 of that),
    `issued_at` and `verify`, the address at which anybody may check it. Denied `kernel.access.unknown` where there is none."""
    found = cases.notice_of(cases.access_case(number))
    cases.require_any()
    if found is None:
        raise cases.unknown()
    return _told(found)


def verify_address(number: str, code: str) -> str:
    """The path at which a notice is checked."""
    return "/services/verify/?" + urlencode({"number": number, "code": code})


def verified(number: str, code: str) -> dict[str, Any]:
    """For everybody who has number and code: what the notice says, without the facts of the form. Refused `service.verify.unknown`."""
    asked, key = number.replace("\0", "").strip()[:60], code.replace("\0", "").strip().upper()[:16]
    with scope(PLATFORM):
        found = Notice.objects.filter(number=asked, code=key).first() if asked and key else None
        if found is None:
            raise refused("service.verify.unknown")
        shown = (
            "number", "outcome", "title_zh", "title_en", "item_zh", "item_en", "name", "uscc", "issued_by", "issued_on", "trial",
            "synthetic",
        )  # fmt: skip
        return {name: found.told[name] for name in shown} | {"digest": found.digest}


def authorise(*, agent: str, chosen: list[str], valid_from: date, valid_to: date) -> int:
    """Let another firm apply for the caller's; the mandate's number. See operations/mandates.authorise."""
    return mandates.authorise(agent=agent, items=chosen, valid_from=valid_from, valid_to=valid_to).pk


def ask(*, kind: str, title: str, body: str, record_kind: str = "", record: str = "") -> int:
    """Ask the platform; the question's number."""
    return helping.ask(kind=kind, title=title, body=body, record_kind=record_kind, record=record).pk


def questions(*, state: str = "", query: str = "", page: int = 1, size: int = 50) -> dict[str, Any]:
    """The questions the caller sees: his firm's, or all for who answers."""
    if not may("help.answer"):
        require("help.ask")
    found = questions_of.questions(state, query)
    total = found.count()
    rows = [_question(one) for one in found[(page - 1) * size : page * size].iterator(chunk_size=details.PART)]
    return {"rows": rows, "total": total, "page": page, "pages": max(1, -(-total // size))}


def question(number: int) -> dict[str, Any]:
    """One question with what was said about it."""
    found = questions_of.access_question(number)
    said = [
        {"body": one.body, "official": one.official, "at": one.at, "by": str(one.person or "")}
        for one in questions_of.replies(found)
    ]
    return _question(found) | {"body": found.body, "replies": said, "answerer": may("help.answer")}


def replay(*, receipt_id: str, reason: str, question: int | None = None) -> int:
    """Ask that a firm's kept message is worked on again; the request's number."""
    return replaying.ask(receipt_id=receipt_id, reason=reason, question=question).pk


def decide_replay(number: int, *, approved: bool, remark: str = "") -> str:
    """Approve or refuse another's request; the new receipt id, empty where refused."""
    return replaying.decide(number, approved=approved, remark=remark).new_receipt


def replays(state: str = "", page: int = 1, size: int = 50) -> dict[str, Any]:
    """Requests to replay, the newest first: rows, total, page."""
    found = questions_of.replays(state)
    total = found.count()
    page = max(1, min(page, -(-total // size)))
    rows = [
        {
            "id": one.pk, "receipt_id": one.receipt_id, "firm": one.organisation.name if one.organisation else "",
            "sha256": one.sha256, "size": one.size, "reason": one.reason, "state": one.state, "asked_by": str(one.asked_by or ""),
            "asked_at": one.asked_at, "decided_by": str(one.decided_by or ""), "decided_at": one.decided_at, "remark": one.remark,
            "new_receipt": one.new_receipt, "own": one.asked_by_id == current().person,
        }
        for one in found[(page - 1) * size : page * size]
    ]  # fmt: skip
    return {"rows": rows, "total": total, "page": page}


def tick() -> int:
    """Reckon provisional deadlines anew; how many changed."""
    with scope(PLATFORM):
        return ticking.tick()


def _told(found: Notice) -> dict[str, Any]:
    return dict(found.told) | {
        "code": found.code, "digest": found.digest, "issued_at": found.issued_at,
        "verify": verify_address(found.number, found.code),
    }  # fmt: skip


def _question(one: Any) -> dict[str, Any]:
    kind, record = KINDS[one.kind], RECORDS.get(one.record_kind, ("", ""))
    return {
        "id": one.pk, "kind": one.kind, "kind_zh": kind[0], "kind_en": kind[1], "title": one.title, "state": one.state,
        "record_kind": one.record_kind, "record_zh": record[0], "record_en": record[1], "record": one.record,
        "firm": one.organisation.name if one.organisation else "", "at": one.at, "answered_at": one.answered_at,
        "public": one.published_at is not None, "public_title": one.public_title, "public_body": one.public_body,
        "public_answer": one.public_answer,
    }  # fmt: skip
