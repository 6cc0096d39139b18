"""Who may apply, who sees, who decides; who is told no and why. Help and replays keep their four eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange import inbox
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.roles import roles
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.services import api
from pilotzone.rooms.services.models import Case
from pilotzone.rooms.services.tests.offices import Cast, Day, handed_in, values_of

pytestmark = pytest.mark.django_db
MATRIX = {  # who: sees the case, has an inbox, may accept it; the case lies at the zone office
    "clerk": (True, False, False), "admin": (True, False, False), "other": (False, False, False), "office": (True, True, True),
    "second": (True, True, True), "customs": (False, True, False), "tax": (False, True, False), "safe": (False, True, False),
    "commerce": (False, True, False), "county": (False, True, False), "operator": (True, True, False), "auditor": (True, True, False),
}  # fmt: skip


@pytest.mark.parametrize("who", MATRIX)
def test_the_matrix_of_a_case_at_the_zone_office(cast: Cast, who: str) -> None:
    number, (sees, inbox_, accepts) = handed_in(cast), MATRIX[who]
    with cast.act(who):
        assert _may(lambda: api.case(number)) == sees
        assert _may(lambda: api.inbox(api.Wanted())) == inbox_
        assert _may(lambda: api.accept(number, version=None)) == accepts


def test_nobody_and_consumers_see_and_do_nothing(cast: Cast) -> None:
    number = handed_in(cast)
    with scope(NOBODY):
        for act in (api.mine, lambda: api.begin(key="training", values={})):
            assert not _may(act)
    for actor in (NOBODY, Actor(kind="consumer", person=1, role="consumer")):
        with scope(actor):
            for act in (lambda: api.case(number), lambda: api.notice(number)):
                assert not _may(act), actor
    with scope(Actor(kind="consumer", person=1, role="consumer")):
        assert api.mine()["rows"] == []


def test_a_question_is_read_by_its_firm_and_by_who_answers_or_looks_into_it(cast: Cast) -> None:
    with cast.act("clerk"):
        number = api.ask(kind="question", title="怎么备案", body="请问怎么备案")
    for who, reads in {"admin": True, "other": False, "operator": True, "auditor": True, "office": True}.items():
        with cast.act(who):
            assert _may(lambda: api.question(number)) == reads, who
    with scope(Actor(kind=ZONE, unit_path="zone", role="leader")):
        assert not _may(lambda: api.question(number))


def test_every_firms_role_and_a_person_may_apply_and_no_officer_may() -> None:
    for one in roles():
        assert ("service.apply" in one.may) == (one.kind in ("enterprise", "consumer")), one.code
        assert not {"service.apply", "service.decide"} <= one.may, one.code


def test_a_draft_is_the_firms_alone_and_a_case_is_seen_where_it_came(cast: Cast) -> None:
    with cast.act("clerk"):
        draft = api.begin(key="training", values={})
        dropped = api.begin(key="training", values={})
        api.withdraw(dropped, version=None, reason="不办了")
    for who in ("office", "operator", "auditor"):
        with cast.act(who):
            assert not _may(lambda: api.case(draft)) and not _may(lambda: api.case(dropped))
    number = handed_in(cast, "inspection-slot")
    with cast.act("customs"):
        assert _may(lambda: api.case(number))
    with cast.act("tax"):
        assert not _may(lambda: api.case(number))


def test_a_county_holds_what_its_own_firms_apply_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "standing", lambda number, on: {"state": "valid", "in_force": True, "ended": []})
    number = handed_in(cast, "support-funds")
    with cast.act("county"):
        assert [row["id"] for row in api.inbox(api.Wanted())["rows"]] == [number]
        api.accept(number, version=None)
    with cast.act("commerce"):
        api.pass_(number, version=None)
    with cast.act("finance"):
        assert [row["step_zh"] for row in api.inbox(api.Wanted())["rows"]] == ["商务局、财政局联合审定"]


def test_who_acts_for_the_firm_does_not_decide_on_it(cast: Cast) -> None:
    from pilotzone.kernel.access.members import appoint

    number = handed_in(cast)
    with scope(PLATFORM):
        appoint(person=cast.members["office"].person, role_code="ebc", since=clock.today(), organisation=cast.firm)
    with cast.act("office"), pytest.raises(Denied, match=r"service\.case\.own"):
        api.accept(number, version=None)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ({"in_force": False, "ended": []}, "service.firm.filing"),
        ({"in_force": True, "ended": ["快递业务经营许可证"]}, "service.firm.licence"),
    ],
)
def test_a_firm_without_a_filing_in_force_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, state: dict[str, object], code: str
) -> None:
    monkeypatch.setattr(registry, "standing", lambda number, on: {"state": ""} | state)
    with cast.act("clerk"), pytest.raises(Refused, match=code.replace(".", r"\.")):
        api.begin(key="filing-certificate", values={})
    with scope(PLATFORM):
        assert Case.objects.count() == 0


def test_a_suspended_firm_and_a_firm_of_another_kind_are_refused(cast: Cast, day: Day) -> None:
    with cast.act("clerk"), pytest.raises(Refused, match=r"service\.firm\.role"):
        api.begin(key="park-certification", values={})
    with cast.act("clerk"):
        number = api.begin(key="training", values=values_of("training"))
    with scope(PLATFORM):
        Organisation.objects.filter(pk=cast.firm.pk).update(suspended_on=clock.today())
    # who signs in acts for a suspended firm no more; a scope that was opened before is refused all the same
    with scope(Actor(kind=ENTERPRISE, organisation=cast.firm.pk, role="ebc")):
        with pytest.raises(Refused, match=r"service\.firm\.suspended"):
            api.begin(key="training", values={})
        with pytest.raises(Refused, match=r"service\.firm\.suspended"):
            api.submit(number, version=None)


def test_an_agent_needs_a_mandate_for_the_item_and_the_day(cast: Cast, day: Day) -> None:
    with cast.act("other"), pytest.raises(Refused, match=r"service\.agent\.mandate"):
        api.begin(key="data-check", values={}, principal=cast.firm.pk)
    with cast.act("admin"):
        first, last = clock.today() + timedelta(days=1), clock.today() + timedelta(days=2)
        number = api.authorise(agent=cast.agent.uscc, chosen=["data-check"], valid_from=first, valid_to=last)
        for items, until in ((["training"], last), (["data-check", "strange"], last), ([], last)):
            with pytest.raises(Refused, match=r"service\.mandate\.items"):
                api.authorise(agent=cast.agent.uscc, chosen=items, valid_from=first, valid_to=until)
        for begins, ends in (
            (clock.today() - timedelta(days=1), last),
            (last, first),
            (first, first + timedelta(days=1200)),
        ):
            with pytest.raises(Refused, match=r"service\.mandate\.days"):
                api.authorise(agent=cast.agent.uscc, chosen=["data-check"], valid_from=begins, valid_to=ends)
    with cast.act("other"), pytest.raises(Refused, match=r"service\.agent\.mandate"):
        api.begin(key="data-check", values={}, principal=cast.firm.pk)  # not yet
    day.go("2021-03-17")
    with cast.act("other"):
        case = api.apply(key="data-check", values=values_of("data-check"), principal=cast.firm.pk)
        with pytest.raises(Refused, match=r"service\.agent\.mandate"):
            api.begin(key="inspection-slot", values={}, principal=cast.firm.pk)
        with pytest.raises(Refused, match=r"service\.agent\.never"):
            api.begin(key="training", values={}, principal=cast.firm.pk)
    with cast.act("clerk"):
        assert api.case(case)["agent"] == cast.agent.name and api.mandates_of()["rows"][0]["in_force"]
    day.go("2021-03-18")
    with cast.act("other"), pytest.raises(Refused, match=r"service\.agent\.mandate"):
        api.begin(key="data-check", values={}, principal=cast.firm.pk)  # over
    with cast.act("other"), pytest.raises(Denied, match=r"service\.agent\.ended"):
        api.withdraw(case, version=None, reason="撤回")
    with cast.act("clerk"):
        api.withdraw(case, version=None, reason="撤回")
    with cast.act("clerk"), pytest.raises(Denied):
        api.revoke(number + 999)


def test_a_step_may_ask_for_a_right_of_its_own(cast: Cast, overlay: object) -> None:
    from pathlib import Path

    from pilotzone.rooms.services.tests.test_items import another

    steps = [{"key": "look", "zh": "复核", "en": "look", "units": ["zone"], "days": 1, "action": "refund.decide"}]
    Path(str(overlay), "lecture.yaml").write_text(another(steps=steps), encoding="utf-8")
    number = handed_in(cast, "lecture")
    with cast.act("office"):
        api.accept(number, version=None)
        with pytest.raises(Denied, match=r"service\.case\.desk"):
            api.pass_(number, version=None)


def test_a_replay_is_asked_by_one_and_approved_by_another_byte_for_byte(cast: Cast) -> None:
    raw = b"<synthetic>\xe5\x90\x88\xe6\x88\x90</synthetic>"
    with scope(PLATFORM):
        receipt = inbox.keep_one(connection, raw, channel="desk", client="synthetic", organisation_id=cast.firm.pk)
    with cast.act("operator"):
        with pytest.raises(Refused, match=r"help\.replay_unknown"):
            api.replay(receipt_id="0" * 32, reason="试")
        number = api.replay(receipt_id=receipt, reason="处理时服务中断")
        with pytest.raises(Denied, match=r"help\.four_eyes"):
            api.decide_replay(number, approved=True)
    for who in ("clerk", "tax", "auditor"):
        with cast.act(who):
            assert not _may(lambda: api.decide_replay(number, approved=True))
    with cast.act("operator2"):
        fresh = api.decide_replay(number, approved=True)
        with pytest.raises(Refused, match=r"help\.replay_decided"):
            api.decide_replay(number, approved=True)
        (row,) = api.replays()["rows"]
    with scope(PLATFORM):
        old, new = inbox.known(connection, receipt), inbox.known(connection, fresh)
        assert old is not None and new is not None and new.id != old.id
        assert (new.channel, new.client, new.organisation_id) == (old.channel, old.client, old.organisation_id)
        assert inbox.raw(connection, new.id) == raw
        assert [one["action"] for one in audit.trail("replay", number)] == ["replay.decide", "replay.ask"]
    assert (row["state"], row["new_receipt"]) == ("done", fresh)


def test_provisional_deadlines_are_reckoned_anew_when_a_year_is_published(
    cast: Cast, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pilotzone.reference import calendar
    from pilotzone.rooms.services.engine import deadlines

    day.go("2026-12-30")
    number = handed_in(cast)
    with cast.act("clerk"):
        (desk,) = api.case(number)["now"]
    assert (desk["due_on"].isoformat(), desk["provisional"]) == ("2027-01-01", True)
    assert api.tick() == 0, "nothing changed"
    known = calendar.WorkingDay
    monkeypatch.setattr(deadlines, "due", lambda since, days, used=0: known(since + timedelta(days=5), True, False))
    assert api.tick() == 1 and api.tick() == 0
    with cast.act("clerk"):
        (desk,) = api.case(number)["now"]
    assert (desk["due_on"].isoformat(), desk["provisional"]) == ("2027-01-04", False)


def _may(act: object) -> bool:
    try:
        act()  # type: ignore[operator]
    except Denied:
        return False
    return True
