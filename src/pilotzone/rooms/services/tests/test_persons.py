"""A natural person applies for an item that allows it, sees his own case and nobody else's, and gets the notice in his name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import actor_of
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api
from pilotzone.rooms.services.tests.offices import BACKEND, Cast, client_of, values_of
from pilotzone.rooms.services.tests.test_pages import typed

pytestmark = pytest.mark.django_db


def person(name: str) -> Person:
    """Somebody without a membership."""
    with scope(PLATFORM):
        return Person.objects.create(username=name, display_name=f"（合成）{name}")


@contextmanager
def acting(who: Person) -> Iterator[Any]:
    """A scope in the name of a person who acts for no firm."""
    with scope(actor_of(who, None, on=clock.today())) as actor:
        yield actor


def test_a_person_applies_and_receives_a_notice_in_his_own_name(cast: Cast) -> None:
    one, other = person("张三"), person("李四")
    with acting(one):
        assert api.may_apply("training") and not api.may_apply("park-certification")
        number = api.apply(key="training", values=values_of("training"), papers={})
        assert [row["id"] for row in api.mine()["rows"]] == [number]
        assert api.case(number)["own"]
    with acting(other):
        assert api.mine()["rows"] == []
        with pytest.raises(Denied):
            api.case(number)
    with cast.act("clerk"), pytest.raises(Denied):
        api.case(number)
    for verb in ("accept", "pass"):
        with cast.act("office"):
            row = next(row for row in api.inbox(api.Wanted())["rows"] if row["id"] == number)
            assert row["firm"] == "（合成）张三"
            (done,) = api.together([(number, row["version"])], verb)
            assert done["done"], done
    with acting(one):
        told = api.notice(number)
        assert told is not None
        assert told["name"] == "（合成）张三" and "（合成）张三（自然人）" in told["text_zh"]
        assert api.case(number)["state"] == "approved"


def test_an_item_for_firms_says_so_to_a_person(cast: Cast) -> None:
    with acting(person("王五")), pytest.raises(Refused) as told:
        api.begin(key="support-funds", values={}, principal=None)
    assert told.value.code == "service.item.firms"


def test_the_pages_of_a_person(cast: Cast) -> None:
    client = Client()
    client.force_login(person("赵六"), backend=BACKEND)
    assert "还没有办件" in client.get("/services/mine/").content.decode()
    assert "个人也可申请" in client.get("/services/").content.decode()
    page = client.post("/services/apply/training/", typed("training", persons="1") | {"submit": "1"}, follow=True)
    assert "已提交" in page.content.decode()
    assert "（合成）赵六" in client_of(cast, "office").get("/services/inbox/").content.decode()
    assert "培训报名" in client.get("/services/mine/").content.decode()
    assert client.get("/services/inbox/").status_code == 403


def test_a_case_is_of_a_firm_or_of_a_person_and_never_of_both(cast: Cast) -> None:
    one = person("孙七")
    with acting(one):
        number = api.apply(key="training", values=values_of("training"), papers={})
    with scope(PLATFORM), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE services_case SET organisation_id = %s WHERE id = %s", [cast.firm.pk, number])
