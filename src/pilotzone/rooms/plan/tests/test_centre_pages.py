"""The page of the promotion centre through its addresses, from the empty state to the verified founding and its export."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

pytestmark = pytest.mark.django_db
NOW = datetime(2021, 6, 20, 8, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TYPED = {  # 合成数据
    "kind": "founded", "name": "南昌综试区跨境电商促进中心", "document": "关于设立促进中心的批复（合成）", "number": "合成〔2021〕1号", "day": "2021-03-01",
    "unit": "zone.commerce", "duties": "（一）承担事务性工作；", "member-1-name": "甲某", "member-1-post": "主任", "member-1-since": "2021-03-01",
    "member-1-until": "2021-05-31",
}  # fmt: skip


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], Client]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    with scope(PLATFORM):
        load_units()

    def enter(role: str, unit: str, who: str = "") -> Client:
        with scope(PLATFORM):
            person, _ = Person.objects.get_or_create(username=f"{role}-{unit}-{who}")
            appoint(person=person, role_code=role, since=date(2019, 5, 1), unit=Unit.objects.get(code=unit))
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return enter


def text_of(client: Client, where: str = "/plan/centre/") -> str:
    answer = client.get(where)
    assert answer.status_code == 200, (where, answer.status_code)
    return answer.content.decode()


def test_nothing_is_founded_and_the_plan_is_quoted_in_both_languages(login: Callable[..., Client]) -> None:
    office, tax = login("zone_officer", "zone"), login("liaison", "tax")
    page = text_of(tax)
    assert "尚未设立" in page and "适时成立南昌综试区跨境电商促进中心" in page and "市委组织部、市编办" in page
    assert "登记设立" in text_of(office) and "登记设立" not in page
    office.cookies["django_language"] = "en"
    page = text_of(office)
    assert "Not founded yet" in page and "Enter the founding" in page and "适时成立" in page, (
        "the plan's words stay beside"
    )
    with_link, without = (
        text_of(office, f"/plan/tasks/{number}/").count('href="/plan/centre/"') for number in (38, 37)
    )
    assert with_link == without + 1, "beside the menu a link on the task of its measure"


def test_a_founding_from_the_form_to_the_verified_record(login: Callable[..., Client]) -> None:
    office, second, tax = (
        login("zone_officer", "zone"),
        login("zone_officer", "zone", "second"),
        login("liaison", "tax"),
    )
    missing = office.post("/plan/centre/enter/", TYPED)
    page = missing.content.decode()
    assert missing.status_code == 422 and "plan.attachment" in page
    assert 'value="甲某"' in page and "（一）承担事务性工作；" in page, "what was typed stays"
    for wrong, code in (
        ({"day": "2021-06-21"}, "plan.centre_day"),
        ({"day": "soon"}, "plan.days"),
        ({"kind": "changed"}, "plan.not_founded"),
    ):
        refused = office.post("/plan/centre/enter/", TYPED | wrong | {"paper": SimpleUploadedFile("a.pdf", b"%PDF")})
        assert refused.status_code == 422 and code in refused.content.decode()
    assert tax.post("/plan/centre/enter/", TYPED | {"paper": SimpleUploadedFile("a.pdf", b"%PDF")}).status_code == 403
    done = office.post("/plan/centre/enter/", TYPED | {"paper": SimpleUploadedFile("批复.pdf", b"%PDF")})
    assert done.status_code == 302
    waiting = text_of(office)
    assert "设立登记待核实" in waiting and "登记设立" not in waiting
    found = re.search(r"/plan/centre/(\d+)/verify/", waiting)
    assert found
    where = f"/plan/centre/{found[1]}/"
    own = office.post(where + "verify/", {"verdict": "confirmed"})
    assert own.status_code == 422 and "plan.four_eyes" in own.content.decode()
    assert second.post(where + "verify/", {"verdict": "confirmed"}).status_code == 302
    page = text_of(tax)
    assert "2021-03-01 设立" in page and "任期已满" in page and "市商务局" in page and "尚未设立" not in page
    page = text_of(office)
    assert "登记变更" in page and 'value="甲某"' in page, "a change begins with what stands"
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    late = second.post(where + "verify/", {"verdict": "confirmed"})
    assert late.status_code == 422 and 'value="甲某"' in late.content.decode(), "a refused verdict empties no form"
    paper = tax.get(where + "paper/")
    assert paper.content == b"%PDF" and paper["X-Content-Type-Options"] == "nosniff"
    assert tax.get("/plan/centre/999999/paper/").status_code == 404
    export = tax.get("/plan/centre/export.csv").content.decode()
    assert (
        "合成〔2021〕1号" in export
        and "（一）承担事务性工作；" in export
        and "甲某 主任 2021-03-01—2021-05-31" in export
    )
    assert "批复" not in tax.get("/plan/centre/export.csv?state=returned").content.decode()
    with scope(PLATFORM):
        assert "plan.centre.paper" in {one["action"] for one in audit.trail("plan.centre", found[1])}


@pytest.mark.parametrize("where", ["/plan/centre/", "/plan/centre/export.csv", "/plan/centre/1/paper/"])
def test_a_stranger_sees_none_of_it(where: str, client: Client, db: None) -> None:
    assert client.get(where).status_code in (302, 401, 403)
