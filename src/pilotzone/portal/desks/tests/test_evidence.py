"""日志与取证: who may read the trail, filters, pages by key, before and after, and that reading it leaves a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.ui import listing

pytestmark = pytest.mark.django_db
WHERE = "/audit/"
SignedIn = Callable[..., Client]


@pytest.fixture
def auditor(signed_in: SignedIn) -> Client:
    return signed_in("auditor", "audit")


def text(client: Client, path: str = WHERE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def happen() -> tuple[int, int]:
    """Two lines of a firm's clerk and his deputy, one of customs."""
    with scope(PLATFORM):
        clerk, mate = (
            Person.objects.create(username=n, display_name=d) for n, d in (("zhang", "张业务"), ("li", "李代理"))
        )
    with scope(Actor(kind="enterprise", person=clerk.pk, organisation=99, role="ebc", reason="更正")):
        audit.record(
            "demo.mend", object_kind="thing", object_id=7, before={"amount": "1", "same": 0}, after={"amount": "2"}
        )
    with scope(Actor(kind="enterprise", person=mate.pk, organisation=99, role="ebc", deputy_of=clerk.pk)):
        audit.record("demo.close", object_kind="thing", object_id=8)
    with scope(Actor(kind="agency", person=None, unit_path="zone.customs", role="customs_officer")):
        audit.record("other.look", object_kind="place", object_id="a")
    return clerk.pk, mate.pk


def table(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=demo.", ["demo.mend", "demo.close"]),
        ("action=demo.mend", ["demo.mend"]),
        ("who=张业务", ["demo.mend", "demo.close"]),
        ("who=li", ["demo.close"]),
        ("who=nobody", []),
        ("object=thing 7", ["demo.mend"]),
        ("object=thing:8", ["demo.close"]),
        ("object=place", ["other.look"]),
        ("unit=zone.customs", ["other.look"]),
        ("unit=zone.cust", []),
        ("action=demo&until=2000-01-01", []),
        ("action=demo&since=2000-01-01", ["demo.mend", "demo.close"]),
        ("action=demo&until=9999-12-31", ["demo.mend", "demo.close"]),
        ("action=demo%00", ["demo.mend", "demo.close"]),
    ],
)  # fmt: skip
def test_filters_leave_what_was_asked_for_in_the_list_and_in_the_file(
    auditor: Client, query: str, found: list[str]
) -> None:
    happen()
    actions = ["demo.mend", "demo.close", "other.look"]
    shown = table(text(auditor, f"{WHERE}?{query}"))
    assert [one for one in actions if one in shown] == found
    answer = auditor.get(f"{WHERE}export.csv?{query}")
    lines = b"".join(answer.streaming_content).decode().splitlines()[1:]  # type: ignore[attr-defined]
    assert [one for one in actions if any(one in line for line in lines)] == found


def test_names_stand_for_numbers_and_a_deputy_says_for_whom(auditor: Client) -> None:
    happen()
    shown = table(text(auditor))
    assert "张业务" in shown and "李代理（代张业务）" in shown and "电商企业" in shown and "南昌海关" in shown


def test_one_line_tells_before_and_after_both_times_and_its_place_in_the_chain(auditor: Client) -> None:
    happen()
    with scope(PLATFORM):
        (line,) = audit.trail("thing", 7)
    page = text(auditor, f"{WHERE}{line['id']}/")
    assert "<td>1</td><td>2</td>" in page and "<td>0</td><td>—</td>" in page and "更正" in page and "实际时间" in page
    assert "SHA-256" in page and "?object=thing%207" in page
    assert auditor.get(f"{WHERE}{'9' * 25}/").status_code == 404


def test_reading_is_itself_a_line(auditor: Client) -> None:
    happen()
    text(auditor, f"{WHERE}?action=demo.mend")
    list(auditor.get(f"{WHERE}export.csv?who=li").streaming_content)  # type: ignore[attr-defined]
    with scope(PLATFORM):
        read, exported = audit.trail("audit", "list"), audit.trail("audit", "export")
    assert (read[0]["action"], read[0]["role"]) == ("audit.read", "auditor")
    assert "demo.mend" in str(read[0]["after"]) and "li" in str(exported[0]["after"])
    assert "audit.read" in table(text(auditor))


def test_a_long_trail_pages_by_key_and_loses_none(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    with scope(PLATFORM):
        for number in range(5):
            audit.record(f"step.n{number}", object_kind="thing", object_id=number)
    seen: list[str] = []
    path = f"{WHERE}?action=step."
    for _ in range(3):
        page = text(auditor, path)
        seen += [f"step.n{n}" for n in range(4, -1, -1) if f"step.n{n}" in table(page)]
        path = WHERE + page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == [f"step.n{n}" for n in range(4, -1, -1)] and path == WHERE


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("district_officer", "360111"),
        ("ebp", "甲公司"),
        ("zone_officer", "zone"),
        ("leader", "zone"),
        ("customs_officer", "customs"),
    ],
)
def test_nobody_else_enters_and_no_menu_leads_there(signed_in: SignedIn, role: str, body: str) -> None:
    other = signed_in(role, body)
    for path in (WHERE, WHERE + "export.csv", WHERE + "1/"):
        assert other.get(path).status_code == 403
    assert f'href="{WHERE}"' not in other.get("/").content.decode()


def test_the_operator_reads_too(signed_in: SignedIn) -> None:
    operator = signed_in("operator", "eport")
    happen()
    assert "demo.mend" in table(text(operator)) and f'href="{WHERE}"' in operator.get("/office/").content.decode()


def test_the_database_shows_the_trail_to_nobody_else_either() -> None:
    clerk, _mate = happen()
    sees = {}
    for kind, role in (
        (ZONE, "auditor"),
        (ZONE, "operator"),
        (ZONE, "zone_officer"),
        (ZONE, "leader"),
        ("district", "district_officer"),
        ("agency", "customs_officer"),
    ):
        with scope(Actor(kind=kind, role=role, unit_path="zone")):
            sees[role] = len(audit.trail("thing", 7))
    assert sees == {
        "auditor": 1,
        "operator": 1,
        "zone_officer": 0,
        "leader": 0,
        "district_officer": 0,
        "customs_officer": 0,
    }
    with scope(Actor(kind="consumer", person=clerk)):
        assert [len(audit.trail("thing", number)) for number in (7, 8)] == [1, 1], (
            "his own, and what was done in his place"
        )
