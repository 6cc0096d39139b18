"""Lists of cases, questions, mandates and replays: page by page, out whole, each row once."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api
from pilotzone.rooms.services.models import Case, Desk, Mandate, Move, Question, Replay
from pilotzone.rooms.services.tests.offices import Cast, client_of, handed_in, told
from pilotzone.ui import sheets

pytestmark = pytest.mark.django_db


def test_answers_mandates_and_replays_go_page_by_page_and_out_whole(cast: Cast) -> None:
    at, mark = clock.now(), uuid.uuid4().hex[:8]
    day = clock.today()
    with scope(PLATFORM):
        Question.objects.bulk_create(
            Question(kind="use", title="x", body="x", public_title=f"{mark}-{n:02}", published_at=at, at=at)
            for n in range(52)
        )
        Mandate.objects.bulk_create(
            Mandate(
                principal=cast.firm,
                agent=cast.agent,
                items=["data-check"],
                valid_from=day,
                valid_to=day + timedelta(n),
                made_at=at,
            )
            for n in range(52)
        )
        Replay.objects.bulk_create(
            Replay(
                receipt_id=f"{mark}-{n:02}",
                sha256="0" * 64,
                size=1,
                reason="核对",
                asked_at=at,
                state="refused" if n else "waiting",
            )
            for n in range(52)
        )
    admin, operator = client_of(cast, "admin"), client_of(cast, "operator")
    for client, path, rows in (
        (Client(), f"/help/?q={mark}", f"{mark}-"), (operator, "/help/replays/?", f"<code>{mark}-"), (admin, "/services/mandates/?", 'action="/services/mandates/'),
    ):  # fmt: skip
        first, second = (client.get(f"{path}&page={page}").content.decode() for page in (1, 2))
        assert first.count(rows) == 50 and "page=2" in first and 'rel="prev"' in second, path
        assert second.count(rows) >= 2, path
    waiting = operator.get("/help/replays/?state=waiting").content.decode()
    assert f"{mark}-00" in waiting and f"{mark}-01" not in waiting and "export/?state=waiting" in waiting
    assert operator.get("/help/replays/export/?state=refused").content.decode().count(mark) == 51
    assert operator.get("/help/replays/export/").content.decode().count(mark) == 52
    assert len(admin.get("/services/mandates/export/").content.decode().splitlines()) == 53
    assert operator.get("/help/replays/1/decide/?page=2").status_code == 302, "who was refused pages on in the list"


def test_lists_of_cases_and_questions_go_out_whole(cast: Cast) -> None:
    case, many, mark = handed_in(cast), 5_001, uuid.uuid4().hex[:8]
    with scope(PLATFORM):
        one, desk = (
            table.objects.filter(**{key: case}).values().get() for table, key in ((Case, "pk"), (Desk, "case"))
        )
        number = one["number"]
        del one["id"], desk["id"], desk["case_id"]
        made = Case.objects.bulk_create(Case(**one | {"number": f"{mark}-{n}"}) for n in range(many))
        Desk.objects.bulk_create(Desk(**desk, case=new) for new in made)
        Question.objects.bulk_create(
            Question(kind="question", title=f"{mark}-{n}", body="x", organisation=cast.firm, at=clock.now())
            for n in range(many)
        )
    expected = [f"{mark}-{n}" for n in range(many)]
    for who, path, rows in (
        ("office", "/services/inbox/export/", [*expected, number]),
        ("clerk", "/services/mine/export/", [*expected, number]),
        ("clerk", "/help/mine/export/", expected),
    ):
        assert sorted(exported(cast, who, path)) == sorted(rows), path


def test_a_case_that_moves_while_a_file_is_made_is_there_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is ordered by what changes; each reading of it sees what was done since the one before."""
    cases = [handed_in(cast) for _ in range(5)]
    numbers = sorted(told(cast, case)["number"] for case in cases)
    moves, decided, mine, inbox = iter(cases), set[str](), api.mine, api.inbox
    monkeypatch.setattr(sheets, "STEP", 2)

    def moving(**asked: Any) -> dict[str, Any]:
        found = mine(**asked)
        with scope(PLATFORM):
            Case.objects.filter(pk=next(moves)).update(changed_at=clock.now() + timedelta(hours=1))
        return found

    def deciding(wanted: api.Wanted, **asked: Any) -> dict[str, Any]:
        found = inbox(wanted, **asked)
        with scope(PLATFORM):
            first = Desk.objects.filter(case__in=cases, state="waiting").order_by("due_on", "pk")[0]
            Desk.objects.filter(pk=first.pk).update(state="done")
            decided.add(first.case.number)
        return found

    monkeypatch.setattr(api, "mine", moving)
    assert sorted(exported(cast, "clerk", "/services/mine/export/")) == numbers
    monkeypatch.setattr(api, "inbox", deciding)
    left = exported(cast, "office", "/services/inbox/export/")
    assert len(left) == len(set(left)) and set(left) >= set(numbers) - decided


def test_the_history_of_a_case_is_told_whole(cast: Cast) -> None:
    case = handed_in(cast)
    with scope(PLATFORM):
        one = Move.objects.filter(case=case).order_by("-number").values()[0]
        del one["id"]
        Move.objects.bulk_create(Move(**one | {"number": one["number"] + n}) for n in range(1, 202))
    assert len(told(cast, case)["history"]) > 201


def test_a_page_of_cases_asks_for_their_desks_once(cast: Cast) -> None:
    asked = []
    for _more in range(2):
        handed_in(cast)
        with cast.act("clerk"), CaptureQueriesContext(connection) as queries:
            rows = api.mine()["rows"]
        assert all(row["now"] for row in rows)
        asked.append(sum("services_desk" in one["sql"] for one in queries))
    assert asked == [1, 1]


def exported(cast: Cast, who: str, path: str) -> list[str]:
    """The first column of a list's file, without its heading."""
    answer = client_of(cast, who).get(path)
    assert answer.status_code == 200, path
    return [line.partition(",")[0] for line in answer.content.decode().splitlines()[1:]]
