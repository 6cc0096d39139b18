"""Who administers a platform: seen with since and by whom, appointed and removed by the zone's office, told to no other district."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from django.test import Client

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import deputise
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.sites.tests.conftest import FORM, NOW, Enter

pytestmark = pytest.mark.django_db
PAGE, HISTORY = "/sites/qingshanhu/administrators/", "/sites/qingshanhu/history/"


@pytest.fixture
def office(login: Enter) -> Client:
    made = login("zone_officer", "zone")
    with scope(PLATFORM):
        Person.objects.filter(username="zone_officer-zone").update(display_name="综试办甲")
        Person.objects.create(username="clerk", display_name="李县")
        Person.objects.create(username="gone", left_on=date(2021, 1, 1), is_active=False)
    made.post("/sites/new/", FORM | {"administrator": "clerk"})
    return made


def term(name: str = "clerk") -> Membership:
    with scope(PLATFORM):
        return Membership.objects.get(person__username=name, role="district_officer")


def test_the_list_says_who_since_when_and_by_whom(office: Client) -> None:
    page = office.get(PAGE).content.decode()
    assert all(word in page for word in ("李县", "clerk", "2021-03-15", "综试办甲", "在任", "任命管理员"))
    table = office.get(f"{PAGE}export.csv").content.decode()
    assert "李县" in table and "综试办甲" in table
    assert "还没有管理员" not in page and "李县" not in office.get(f"{PAGE}export.csv?state=former").content.decode()


def test_the_office_appoints_another_and_removes_him_at_once(office: Client, login: Enter) -> None:
    with scope(PLATFORM):
        Person.objects.create(username="second", display_name="王副")
    assert office.post(PAGE, {"administrator": "second"}).status_code == 302
    acting = Client()
    with scope(PLATFORM):
        acting.force_login(
            Person.objects.get(username="second"), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    assert "修改分平台" in acting.get("/sites/qingshanhu/").content.decode()
    number = term("second").pk
    assert office.post(f"{PAGE}remove/", {"membership": number, "reason": "调离"}).status_code == 302
    assert "修改分平台" not in acting.get("/sites/qingshanhu/").content.decode()
    page, told = office.get(PAGE).content.decode(), office.get(HISTORY).content.decode()
    assert "王副" in page and "已卸任" in page and "调离" in told, "who was removed, and why, stays to be read"
    with scope(PLATFORM):
        told = [
            (one["action"], json.loads(one["after"])["membership"])
            for one in audit.trail("site", "qingshanhu", limit=2)
        ]
        assert told == [("site.remove", number), ("site.appoint", number)]
        assert Person.objects.get(username="second").is_active, "the account stays"


def test_with_an_administrator_his_deputies_go_too(office: Client) -> None:
    held = term()
    with scope(PLATFORM):
        deputy = Person.objects.create(username="deputy", display_name="陈代")
        Membership.objects.create(person=deputy, unit=held.unit, role="district_officer", valid_from=date(2021, 1, 1))
        stands_in = deputise(held, deputy=deputy, since=NOW.date(), until=date(2021, 4, 1), reason="出差")
    assert "陈代（代 李县）" in office.get(PAGE).content.decode()
    office.post(f"{PAGE}remove/", {"membership": held.pk, "reason": "轮岗"})
    with scope(PLATFORM):
        stands_in.refresh_from_db()
        assert stands_in.valid_to == date(2021, 3, 14)
    assert "陈代（代 李县）" not in office.get(f"{PAGE}export.csv?state=running").content.decode()


def test_a_deputy_named_for_later_is_not_yet_in_office_and_can_be_removed(office: Client) -> None:
    held = term()
    with scope(PLATFORM):
        deputy = Person.objects.create(username="deputy", display_name="陈代")
        Membership.objects.create(person=deputy, unit=held.unit, role="district_officer", valid_from=date(2021, 1, 1))
        later = deputise(held, deputy=deputy, since=date(2021, 3, 22), until=date(2021, 4, 1), reason="出差")
    listed = {
        state: office.get(f"{PAGE}export.csv?state={state}").content.decode()
        for state in ("running", "coming", "former")
    }
    assert [state for state, rows in listed.items() if "陈代（代 李县）" in rows] == ["coming"]
    assert "未到任" in listed["coming"]
    assert f'<option value="{later.pk}">陈代（代 李县）' in office.get(PAGE).content.decode()
    assert office.post(f"{PAGE}remove/", {"membership": later.pk, "reason": "改派"}).status_code == 302
    assert "陈代（代 李县）" in office.get(f"{PAGE}export.csv?state=former").content.decode()


@pytest.mark.parametrize(
    ("name", "code"),
    [("nobody", "site.administrator"), ("gone", "site.administrator"), ("", "site.administrator"), ("clerk", "site.administrator.already")],
)  # fmt: skip
def test_who_cannot_be_appointed_is_refused_and_stays_typed(name: str, code: str, office: Client) -> None:
    answer = office.post(PAGE, {"administrator": name})
    page = answer.content.decode()
    assert answer.status_code == 422 and f"<code>{code}</code>" in page and f'value="{name}"' in page


@pytest.mark.parametrize("said", [{"reason": " "}, {"membership": "1"}, {"membership": "x"}, {"membership": "9" * 30}])
def test_a_removal_without_reason_or_of_nobody_changes_nothing(said: dict[str, str], office: Client) -> None:
    answer = office.post(f"{PAGE}remove/", {"membership": str(term().pk), "reason": "轮岗"} | said)
    assert answer.status_code in (404, 422)
    assert term().valid_to is None


def test_its_own_district_reads_and_changes_nothing_another_sees_nothing(office: Client, login: Enter) -> None:
    own, other = login("district_officer", "360111"), login("district_officer", "360102")
    page = own.get(PAGE).content.decode()
    assert "李县" in page and "任命管理员" not in page and "/administrators/remove/" not in page
    assert "/administrators/remove/" in office.get(PAGE).content.decode(), "what a district is not shown, the office is"
    assert own.post(PAGE, {"administrator": "clerk"}).status_code == 404
    assert own.post(f"{PAGE}remove/", {"membership": term().pk, "reason": "x"}).status_code == 404
    for stranger, status in ((other, 404), (Client(), 302)):
        seen = [stranger.get(path).status_code for path in (PAGE, f"{PAGE}export.csv", HISTORY, f"{HISTORY}export.csv")]
        assert seen == [status] * 4
    assert term().valid_to is None


def test_an_ending_platform_appoints_nobody(office: Client) -> None:
    with scope(PLATFORM):
        Person.objects.create(username="second", display_name="王副")
    office.post("/sites/qingshanhu/close/", {"reason": "撤并"})
    answer = office.post(PAGE, {"administrator": "second"})
    assert answer.status_code == 422 and "<code>site.administrator.ending</code>" in answer.content.decode()
    with scope(PLATFORM):
        assert not Membership.objects.filter(person__username="second").exists()


def test_the_history_goes_page_by_page_and_out_by_what_was_done(office: Client) -> None:
    with scope(PLATFORM):
        for number in range(60):
            audit.record("site.change", object_kind="site", object_id="qingshanhu", reason=f"第{number}次")
    page = office.get(HISTORY).content.decode()
    assert "第59次" in page and "第9次" not in page and "开通分平台" not in page.partition("<tbody>")[2]
    older = re.findall(r'rel="next" href="([^"]+)"', page)
    page = office.get(HISTORY + older[0]).content.decode()
    assert "第9次" in page and "第59次" not in page and 'rel="next"' not in page
    every = office.get(f"{HISTORY}export.csv").content.decode()
    assert "第0次" in every and "第59次" in every and "任命管理员" in every
    appointed = office.get(f"{HISTORY}export.csv?action=site.appoint").content.decode()
    assert "任命管理员" in appointed and "第" not in appointed
    assert "没有符合条件的记录" in office.get(f"{HISTORY}?action=site.leave").content.decode()
    assert "第59次" in office.get(f"{HISTORY}?action=nonsense&before=x").content.decode()
