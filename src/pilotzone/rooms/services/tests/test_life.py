"""A case from its first draft to its notice: who does what, where it lies, what is kept, what follows."""

from __future__ import annotations

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, clock, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint, deputise
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api
from pilotzone.rooms.services.models import Case, Desk, Move, Notice
from pilotzone.rooms.services.tests.offices import Cast, Day, handed_in, papers_of, told, values_of

pytestmark = pytest.mark.django_db


def test_a_case_is_applied_for_accepted_passed_and_told_by_a_notice(cast: Cast, day: Day) -> None:
    number = handed_in(cast)
    seen = told(cast, number)
    assert (seen["state"], [one["unit"] for one in seen["now"]]) == ("submitted", ["zone"])
    assert (seen["now"][0]["due_on"].isoformat(), seen["now"][0]["light"]) == ("2021-03-17", "green")
    with cast.act("office"):
        api.accept(number, version=seen["version"])
        api.pass_(number, version=None, opinion="同意")
    done = told(cast, number)
    assert done["state"] == "approved" and done["now"] == [] and done["notice"]["outcome"] == "granted"
    with cast.act("clerk"):
        paper = api.notice(number)
        api.close(number)
    assert paper["number"] == "洪综训录〔2021〕1号" and cast.firm.name in paper["text_zh"] and paper["basis"]
    assert not {"contact", "phone"} & {one["key"] for one in paper["facts"]}, "a notice repeats no personal data"
    checked = api.verified(paper["number"], paper["code"].lower())
    assert checked["name"] == cast.firm.name and checked["digest"] == paper["digest"] and "facts" not in checked
    with pytest.raises(Refused, match=r"service\.verify\.unknown"):
        api.verified(paper["number"], "000000000000")
    with scope(PLATFORM):
        lines = [one["action"] for one in audit.trail("case", number)]
    assert sorted(lines) == ["service.accept", "service.close", "service.pass", "service.save", "service.submit"]


def test_what_happened_is_told_to_rooms_above_without_the_form(cast: Cast) -> None:
    number = handed_in(cast)
    heard: list[events.Event] = []
    with scope(PLATFORM):
        events.consume("services-test", [api.EVENT], heard.extend)
    rows = [row for event in heard for row in event.rows if row["case"] == number]
    assert [row["verb"] for row in rows] == ["save", "submit"] and rows[-1]["organisation"] == cast.firm.pk
    assert "values" not in rows[0] and "0791" not in str(rows)


def test_the_clock_stands_still_while_the_applicant_corrects(cast: Cast, day: Day) -> None:
    number = handed_in(cast)  # Monday 15 March, two working days: due on the 17th
    day.go("2021-03-16")
    with cast.act("office"):
        api.return_(number, version=None, remarks={"persons": "人数与名单不符", "strange": "x"}, words="请核对")
    seen = told(cast, number)
    assert seen["state"] == "returned" and seen["remarks"] == {"persons": "人数与名单不符"}
    assert seen["now"][0]["state"] == "paused" and seen["now"][0]["used"] == 1
    day.go("2021-03-26")
    with cast.act("clerk"):
        api.resubmit(number, version=seen["version"], values=values_of("training", persons="2"))
    after = told(cast, number)
    assert after["state"] == "submitted" and after["remarks"] == {}
    assert after["now"][0]["due_on"].isoformat() == "2021-03-29", "one working day was left: Friday to Monday"


def test_a_joint_step_needs_every_department_and_one_refusal_ends_it(cast: Cast) -> None:
    with scope(PLATFORM):
        Organisation.objects.filter(pk=cast.firm.pk).update(roles=["ebc"])
    first, second = handed_in(cast, "data-check"), handed_in(cast, "data-check")
    with scope(PLATFORM):  # the data bureau accepts; here the platform plays it
        appoint(person=cast.members["finance"].person, role_code="agency_officer", since=cast.members["finance"].valid_from,
                unit=Unit.objects.get(code="data"))  # fmt: skip
        cast.members["data"] = Membership.objects.filter(unit__code="data").get()
        appoint(person=cast.members["commerce"].person, role_code="agency_officer", since=cast.members["finance"].valid_from,
                unit=Unit.objects.get(code="samr"))  # fmt: skip
        cast.members["samr"] = Membership.objects.filter(unit__code="samr").get()
    with cast.act("data"):
        for number in (first, second):
            api.accept(number, version=None)
    assert {one["unit"] for one in told(cast, first)["now"]} == {"zone.customs", "zone.tax", "zone.safe", "zone.samr"}
    for who in ("customs", "tax", "safe"):
        with cast.act(who):
            api.pass_(first, version=None, opinion=f"{who}核对无误")
    half = told(cast, first)
    assert half["state"] == "working" and [one["unit"] for one in half["now"]] == ["zone.samr"]
    with cast.act("tax"), pytest.raises(Denied, match=r"service\.case\.desk"):
        api.pass_(first, version=None)
    with cast.act("samr"):
        api.pass_(first, version=None)
    assert [one["unit"] for one in told(cast, first)["now"]] == ["zone.data"]
    with cast.act("tax"):
        api.refuse(second, version=None, reason="记录并无不一致")
    ended = told(cast, second)
    assert ended["state"] == "refused" and ended["now"] == []
    with scope(PLATFORM):
        assert Desk.objects.filter(case_id=second, state="void").count() == 3
        assert Notice.objects.get(case_id=second).told["reason"] == "记录并无不一致"


def test_the_applicant_urges_once_a_working_day(cast: Cast, day: Day) -> None:
    number = handed_in(cast)
    with cast.act("clerk"):
        api.urge(number)
        with pytest.raises(Refused, match=r"service\.case\.urged"):
            api.urge(number)
        day.go("2021-03-19")  # Friday
        api.urge(number)
        day.go("2021-03-20")  # Saturday counts for Monday
        api.urge(number)
        day.go("2021-03-22")
        with pytest.raises(Refused, match=r"service\.case\.urged"):
            api.urge(number)
    assert told(cast, number)["urges"] == 3


def test_who_holds_a_case_decides_or_his_deputy_and_it_can_be_handed_over(cast: Cast) -> None:
    number = handed_in(cast)
    with cast.act("office"):
        to = cast.members["second"].person_id
        assert to in [pk for pk, _ in api.holders(number)]
        with pytest.raises(Refused, match=r"service\.case\.colleague"):
            api.hand_over(number, version=None, to=cast.members["tax"].person_id, reason="转")
        api.hand_over(number, version=None, to=to, reason="由其主办")
        with pytest.raises(Denied, match=r"service\.case\.held"):
            api.accept(number, version=None)
    with scope(PLATFORM):
        made = deputise(
            cast.members["second"],
            deputy=cast.members["office"].person,
            since=clock.today(),
            until=clock.today(),
            reason="休假",
        )
    cast.members["deputy"] = made
    with cast.act("deputy"):
        api.accept(number, version=None)
    with scope(PLATFORM):
        move = Move.objects.get(case_id=number, verb="accept")
    assert (move.person_id, move.deputy_of_id) == (cast.members["office"].person_id, to)


def test_many_are_accepted_at_once_row_by_row(cast: Cast) -> None:
    good, moved, elsewhere = handed_in(cast), handed_in(cast), handed_in(cast, "inspection-slot")
    with cast.act("office"):
        rows = api.together([(good, 2), (moved, 1), (elsewhere, 2), (999_999, None)], "accept")
    assert [row["done"] for row in rows] == [True, False, False, False]
    assert [row["code"] for row in rows[1:]] == ["service.case.moved", "service.case.desk", "kernel.access.unknown"]
    assert told(cast, good)["state"] == "accepted" and told(cast, moved)["state"] == "submitted"


def test_withdrawn_cases_end_and_nothing_more_is_done(cast: Cast) -> None:
    number = handed_in(cast)
    with cast.act("clerk"):
        with pytest.raises(Refused, match=r"service\.case\.reason"):
            api.withdraw(number, version=None, reason="  ")
        api.withdraw(number, version=None, reason="改日再报")
    with cast.act("office"):
        with pytest.raises(Refused, match=r"service\.case\.state"):
            api.accept(number, version=None)
        assert api.inbox(api.Wanted())["total"] == 0


def test_notices_are_numbered_in_a_row_by_kind_and_year(cast: Cast, day: Day) -> None:
    found = []
    for when in ("2021-03-15", "2021-12-31", "2022-01-04"):
        day.go(when)
        number = handed_in(cast)
        with cast.act("office"):
            api.decline(number, version=None, reason="名额已满")
            found.append(api.notice(number)["number"])
    assert found == ["洪综训录〔2021〕1号", "洪综训录〔2021〕2号", "洪综训录〔2022〕1号"]


def test_papers_are_kept_and_read_by_who_sees_the_case(cast: Cast) -> None:
    with scope(PLATFORM):
        Organisation.objects.filter(pk=cast.firm.pk).update(roles=["ebc", "overseas"])
    with cast.act("clerk"):
        number = api.begin(key="credit-objection", values=values_of("credit-objection"))
        with pytest.raises(Refused, match=r"service\.case\.findings") as refused:
            api.submit(number, version=None)
        assert list(refused.value.fields) == ["proof"]
        for file, body, code in (
            ("证明.exe", b"MZ", "kind"), ("证明.pdf", b"no pdf", "kind"), ("证明.pdf", b"", "large"),
            ("证明.pdf", b"%PDF-" + b"x" * (10 << 20), "large"),
        ):  # fmt: skip
            with pytest.raises(Refused, match=rf"rule\.material\.{code}"):
                api.attach(number, version=None, key="proof", name=file, body=body)
        name, body = papers_of("credit-objection")["proof"]
        api.attach(number, version=None, key="proof", name="..\\旧/" + name, body=body)
        api.attach(number, version=None, key="proof", name="新.pdf", body=body)
        api.submit(number, version=None)
        (paper,) = [one for one in api.case(number)["materials"] if one["id"]]
        assert (paper["name"], api.material(number, paper["id"])) == ("新.pdf", ("新.pdf", body))
    with cast.act("tax"), pytest.raises(Denied, match=r"kernel\.access\.unknown"):
        api.material(number, paper["id"])


def test_moves_and_notices_are_never_changed(cast: Cast) -> None:
    number = handed_in(cast)
    with scope(PLATFORM):
        assert Move.objects.filter(case_id=number).delete()[0] == 0
        assert Move.objects.filter(case_id=number).update(reason="x") == 0
        assert Case.objects.get(pk=number).version == Move.objects.filter(case_id=number).count() == 2


def test_more_chosen_than_at_once_are_refused_not_left_out(cast: Cast) -> None:
    number = handed_in(cast)
    with cast.act("finance"), pytest.raises(Refused) as refused:
        api.together([(number, None)] * 201, "accept")
    assert (refused.value.code, refused.value.fields) == ("text.many", {"chosen": "201 > 200"})
    assert told(cast, number)["state"] == "submitted"
