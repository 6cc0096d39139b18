"""A doubtful figure goes back to the firm and comes back confirmed or corrected; seen by the firm and the statisticians alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.models import Doubt, DoubtTurn
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed
from pilotzone.rooms.statistics.tests.test_releases import FIRM, NOVEMBER, NOW, OTHER, OTHERS, STATISTICIAN, reported

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MONDAY, FRIDAY = date(2021, 12, 20), date(2021, 12, 24)
FIELD = "export_9610"


@pytest.fixture(autouse=True)
def firms(db: None) -> None:
    with scope(PLATFORM):
        for actor in (FIRM, OTHER):
            Organisation.objects.create(pk=actor.organisation, name=f"合成企业{actor.organisation}", created_at=NOW)
        lists = [listed(n, firm=901, flow="E", unit=UNITS[0], amount="500.00") for n in range(1, 5)]
        replace([one.trade for one in lists], facts(*lists))
    reported(export_total="100", export_9610="100", orders="2")


def asked(text: str = "自报数低于口岸数（合成）", field: str = FIELD) -> int:
    with scope(STATISTICIAN):
        return api.doubt(firm=901, month=NOVEMBER, field=field, text=text, at=NOW, today=MONDAY)


def answered(number: int, *, corrected: bool = False, text: str = "原数无误（合成）", actor: Actor = FIRM) -> None:
    with scope(actor):
        api.answer_doubt(number=number, corrected=corrected, text=text, at=NOW, today=FRIDAY)


def told(number: int, actor: Actor = FIRM, on: date = MONDAY) -> api.Doubted | None:
    with scope(actor):
        return api.doubted(number, on)


def test_asked_confirmed_asked_again_corrected_and_closed_with_every_turn_kept() -> None:
    number = asked()
    one = told(number)
    assert one is not None and one.causes == ("mirror.port_wins",) and one.field == FIELD
    assert (one.standing.due, one.standing.days) == (date(2021, 12, 27), 5)
    late = told(number, on=date(2021, 12, 29))
    assert late is not None and (late.standing.state, late.standing.days) == ("overdue", 2)
    answered(number)
    with scope(STATISTICIAN):
        api.ask_again(number=number, text="请附清单（合成）", at=NOW, today=FRIDAY)
    with pytest.raises(Refused, match=r"doubt\.uncorrected"):
        answered(number, corrected=True, text="已改（合成）")
    reported(export_total="2000", export_9610="2000", orders="4", reason="漏报（合成）", note="更正（合成）")
    answered(number, corrected=True, text="已改（合成）")
    with scope(STATISTICIAN):
        api.close_doubt(number=number, text="", at=NOW, today=FRIDAY)
    done = told(number)
    assert done is not None and done.state == "closed"
    assert [(turn.act, turn.office, turn.revision, turn.value) for turn in done.turns] == [
        ("asked", True, 1, "100"), ("confirmed", False, 1, "100"), ("again", True, 1, "100"), ("corrected", False, 2, "2000"),
        ("closed", True, 2, "2000"),
    ]  # fmt: skip
    assert [turn.due for turn in done.turns if turn.due] == [date(2021, 12, 27), date(2021, 12, 31)]
    with scope(PLATFORM):
        lines = [(line["action"], line["role"]) for line in audit.trail("statistics.doubt", number)]
    assert sorted(lines) == sorted([
        ("statistics.doubt.asked", "statistician"), ("statistics.doubt.confirmed", "ebc"), ("statistics.doubt.again", "statistician"),
        ("statistics.doubt.corrected", "ebc"), ("statistics.doubt.closed", "statistician"),
    ])  # fmt: skip
    assert asked() > number, "a closed query does not stand in the way of another"


def test_a_query_closed_unanswered_no_longer_runs() -> None:
    number = asked()
    with scope(STATISTICIAN):
        api.close_doubt(number=number, text="企业已注销（合成）", at=NOW, today=FRIDAY)
    later = told(number, on=date(2022, 3, 1))
    assert later is not None and (later.standing.state, later.standing.days) == ("on_time", 0)
    other = asked(field="orders")
    answered(other)
    with scope(STATISTICIAN):
        api.close_doubt(number=other, text="", at=NOW, today=date(2022, 3, 1))
    later = told(other, on=date(2022, 3, 2))
    assert later is not None and later.standing.state == "on_time", "the day it was answered stands"


def test_a_closed_query_whose_row_has_no_day_ended_on_the_day_of_its_closing_turn() -> None:
    numbers = [asked(), asked(field="orders")]
    with scope(STATISTICIAN):
        for number in numbers:
            api.close_doubt(number=number, text="企业已注销（合成）", at=NOW, today=FRIDAY)
        Doubt.objects.filter(pk__in=numbers).update(answered_on=None)
        with CaptureQueriesContext(connection) as sent:
            row, other = [one for one in api.doubts(date(2022, 3, 1)) if one.number in numbers]
        assert sum(f'FROM "{DoubtTurn._meta.db_table}"' in one["sql"] for one in sent) == 1, "asked of all at once"
    assert (row.state, row.standing.state, row.standing.days) == (
        "closed",
        "on_time",
        0,
    ) and other.standing == row.standing
    later = told(number, on=date(2022, 3, 1))
    assert later is not None and later.standing == row.standing


def test_what_cannot_be_asked_or_answered_is_refused_by_name() -> None:
    for more, code in (({"text": " "}, "text"), ({"field": "profit"}, "field")):
        with pytest.raises(Refused) as refused:
            asked(**more)
        assert refused.value.code == f"statistics.doubt.{code}"
    with scope(STATISTICIAN), pytest.raises(Refused, match=r"doubt\.report"):
        api.doubt(firm=902, month=NOVEMBER, field=FIELD, text="x", at=NOW, today=MONDAY)
    number = asked()
    with pytest.raises(Refused, match=r"doubt\.standing"):
        asked()
    with scope(STATISTICIAN):
        with pytest.raises(Refused, match=r"doubt\.state"):
            api.ask_again(number=number, text="x", at=NOW, today=MONDAY)
        with pytest.raises(Refused, match=r"doubt\.text"):
            api.close_doubt(number=number, text="", at=NOW, today=FRIDAY)
    with pytest.raises(Refused, match=r"doubt\.text"):
        answered(number, text="")
    answered(number)
    with pytest.raises(Refused, match=r"doubt\.state"):
        answered(number)
    with pytest.raises(Refused, match=r"doubt\.unknown"):
        answered(number, actor=OTHER)
    with scope(FIRM), pytest.raises(Denied):
        api.close_doubt(number=number, text="x", at=NOW, today=FRIDAY)


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_but_the_firm_and_the_statisticians_sees_a_query(who: str) -> None:
    number = asked(text="疑点765432（合成）")
    answered(number, text="理由765432（合成）")
    for actor in (FIRM, STATISTICIAN):
        with scope(actor):
            assert len(api.doubts(MONDAY)) == 1
    with scope(OTHERS[who]), connection.cursor() as cursor:
        assert api.doubts(MONDAY) == [] and api.doubted(number, MONDAY) is None
        assert api.waiting("open", MONDAY) == api.waiting("answered", MONDAY) == (0, 0)
        cursor.execute("SELECT (SELECT count(*) FROM statistics_doubt) + (SELECT count(*) FROM statistics_doubtturn)")
        assert cursor.fetchone()[0] == 0
        cursor.execute("UPDATE statistics_doubt SET state = 'closed'")
        assert cursor.rowcount == 0
        cursor.execute(
            "SELECT count(*) FROM kernel_audit a WHERE a::text LIKE '%765432%' OR a::text LIKE '%port_wins%'"
        )
        assert cursor.fetchone()[0] == 0


def test_the_flood_has_no_grant_and_a_turn_is_never_changed() -> None:
    number = asked()
    with scope(STATISTICIAN), connection.cursor() as cursor:
        cursor.execute("UPDATE statistics_doubtturn SET text = 'x'")
        assert cursor.rowcount == 0
        for table in ("statistics_doubt", "statistics_doubtturn"):
            cursor.execute("SELECT has_table_privilege('pz_flood', %s, 'SELECT')", [table])
            assert cursor.fetchone()[0] is False
    one = told(number)
    assert one is not None and one.turns[0].text == "自报数低于口岸数（合成）"


@pytest.fixture
def desks() -> Iterator[tuple[Client, Client]]:
    """The statistician's desk and the firm's."""
    made = []
    with scope(PLATFORM):
        load_units()
        for name, role, place in (("s", "statistician", {"unit": Unit.objects.get(code="statistics")}),
                                  ("f", "ebc", {"organisation": Organisation.objects.get(pk=901)})):  # fmt: skip
            person = get_user_model().objects.create_user(username=name)
            Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **place)
            client = Client()
            client.force_login(person, backend=BACKEND)
            made.append(client)
    yield made[0], made[1]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_lead_from_the_doubt_to_its_end(desks: tuple[Client, Client], language: str) -> None:
    office, firm = desks
    for client in desks:
        client.cookies["django_language"] = language
    mirror = office.get("/statistics/desk/mirror/?month=2021-11").content.decode()
    where = "/statistics/desk/doubts/ask/?firm=901&amp;month=2021-11&amp;field=export_9610"
    assert where in mirror
    page = where.replace("&amp;", "&")
    assert office.get(page).status_code == 200 and firm.get(page).status_code == 403
    assert office.post(page, {"text": ""}).status_code == 422
    assert office.post(page, {"text": "疑点（合成）"}).status_code == 302
    with scope(STATISTICIAN):
        (one,) = api.doubts(MONDAY)
    place = f"/statistics/doubts/{one.number}/"
    assert f"{place}" in firm.get("/statistics/mine/?month=2021-11").content.decode()
    start = firm.get("/enterprise/").content.decode()
    assert "/statistics/mine/doubts/?state=open" in start
    said = firm.get(place).content.decode()
    assert "疑点（合成）" in said and 'value="corrected"' in said
    refused = firm.post(place, {"act": "corrected", "text": "已改（合成）"})
    assert refused.status_code == 422 and "已改（合成）" in refused.content.decode()
    assert firm.post(place, {"act": "confirmed", "text": "无误（合成）"}).status_code == 302
    assert firm.post(place, {"act": "closed", "text": "x"}).status_code == 403
    assert "无误（合成）" in office.get(place).content.decode()
    assert office.post(place, {"act": "closed", "text": ""}).status_code == 302
    for client, address in ((office, "/statistics/desk/doubts/"), (firm, "/statistics/mine/doubts/")):
        assert place in client.get(address).content.decode()
        assert place not in client.get(f"{address}?state=open").content.decode()
        assert "2021-11" in client.get(f"{address}export.csv").content.decode()
    assert firm.get("/statistics/desk/doubts/").status_code == 403
    assert office.get("/statistics/doubts/999999999/").status_code == 404
