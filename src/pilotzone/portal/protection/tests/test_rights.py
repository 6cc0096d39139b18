"""See and copy at once; a deletion the law forbids is refused by its article; what is left is decided by another person."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.protection import rights
from pilotzone.portal.protection.tests.conftest import BACKEND
from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
MINE = "/protection/mine/"


def consumer(name: str, buyer: str = "") -> tuple[Person, Client]:
    with scope(PLATFORM):
        person = Person.objects.create(username=name, display_name="合成某人", buyer_key=buyer)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return person, client


def test_a_person_takes_a_copy_of_what_is_held_about_him(firms: dict[str, Organisation], signed_in: SignedIn) -> None:
    clerk = signed_in("ebp", "甲公司")
    told = json.loads(clerk.get(f"{MINE}copy.json").content)
    assert told["account"]["name"] == "ebp-甲公司" and told["memberships"][0]["organisation"] == "甲公司"
    assert Client().get(MINE).status_code in (302, 403) and Client().get(f"{MINE}copy.json").status_code in (302, 403)
    _person, buyer = consumer("buyer")
    assert json.loads(buyer.get(f"{MINE}copy.json").content)["memberships"] == []


def test_who_still_acts_is_refused_by_the_article(firms: dict[str, Organisation], signed_in: SignedIn) -> None:
    clerk = signed_in("ebp", "甲公司")
    assert clerk.post(MINE, {"kind": "delete", "words": "请删除"}).status_code == 302
    page = clerk.get(MINE).content.decode()
    assert "不予办理" in page and "离岗" in page and "条" in page


def test_a_buyers_data_are_kept_while_the_term_runs(
    firms: dict[str, Organisation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, _client = consumer("buyer-2", "k" * 64)
    monkeypatch.setattr(clearance, "last_trade_of", lambda buyer: clock.today())
    with scope(Actor(kind=CONSUMER, person=person.pk, buyer=person.buyer_key, role="consumer")):
        told = rights.ask(kind="delete", words="请删除")
    assert (told.state, told.refusal) == ("refused", "trades") and "第" in told.basis
    monkeypatch.setattr(clearance, "last_trade_of", lambda buyer: clock.today().replace(year=clock.today().year - 4))
    with scope(Actor(kind=CONSUMER, person=person.pk, buyer=person.buyer_key, role="consumer")):
        assert rights.ask(kind="delete", words="请删除").state == "open"


def test_another_person_decides_and_a_deletion_takes_the_names_away(
    firms: dict[str, Organisation],
    signed_in: SignedIn,
) -> None:
    person, buyer = consumer("buyer-3")
    assert buyer.post(MINE, {"kind": "delete", "words": "请删除我的账号"}).status_code == 302
    assert buyer.post(MINE, {"kind": "delete", "words": "再来"}).status_code == 422
    operator = signed_in("operator", "eport")
    assert "请删除我的账号" in operator.get("/protection/requests/").content.decode()
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM portal_request WHERE person_id = %s", (person.pk,))
        (number,) = cursor.fetchone()
    where = f"/protection/requests/{number}/"
    assert signed_in("zone_officer", "zone").post(where, {"verb": "grant", "answer": "好"}).status_code == 403
    operator.post(where, {"verb": "grant", "answer": ""})
    with scope(PLATFORM):
        assert Person.objects.get(pk=person.pk).is_active
    operator.post(where, {"verb": "grant", "answer": "已删除"})
    with scope(PLATFORM):
        left = Person.objects.get(pk=person.pk)
        assert (left.username, left.display_name, left.is_active) == (f"deleted-{person.pk}", "", False)
        assert "请删除我的账号" not in str(audit.trail("portal_request", number)) + str(audit.trail("request", number))
    assert buyer.get(MINE).status_code in (302, 403)


def test_nobody_decides_on_his_own_and_strangers_see_nothing(
    firms: dict[str, Organisation], signed_in: SignedIn
) -> None:
    operator = signed_in("operator", "eport")
    operator.post(MINE, {"kind": "correct", "words": "我的姓名写错了"})
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT id, person_id FROM portal_request")
        number, person = cursor.fetchone()
    page = operator.post(
        f"/protection/requests/{number}/", {"verb": "grant", "answer": "好"}, follow=True
    ).content.decode()
    assert "protection.request.own" in page
    with pytest.raises(DatabaseError), transaction.atomic(), scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_request SET decided_by = %s, decided_at = now(), state = 'done' WHERE id = %s",
            (person, number),
        )
    assert "我的姓名写错了" not in signed_in("ebp", "甲公司").get(MINE).content.decode()


@pytest.mark.parametrize("words", ["", " ", "字" * 501])
def test_a_request_without_words_or_of_no_kind_is_refused(firms: dict[str, Organisation], words: str) -> None:
    _person, buyer = consumer("buyer-4")
    assert "protection.request.words" in buyer.post(MINE, {"kind": "correct", "words": words}).content.decode()
    assert "protection.request.kind" in buyer.post(MINE, {"kind": "burn", "words": "某"}).content.decode()
