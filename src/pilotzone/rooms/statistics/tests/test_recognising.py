"""General-trade exports sold online: taken from files whole or not at all, found by the rule, decided by persons, shown apart."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.collection import material
from pilotzone.rooms.statistics.models import Candidate, Material
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import facts, listed
from pilotzone.rooms.statistics.tests.test_releases import STATISTICIAN

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOVEMBER, TODAY = date(2021, 11, 1), date(2021, 12, 15)
AT = datetime(2021, 12, 15, 9, tzinfo=SHANGHAI)
USCC = ("91360100MA00000700", "91360100MA00000701")
DECLARED = ((("D1", USCC[0], "61091000", "2021-11-20", "1000.00", "0110"), ("D2", USCC[1], "33049900", "2021-11-21", "500", "0110"),
             ("D3", USCC[0], "94036010", "2021-11-22", "800", "0110")))  # fmt: skip
SOLD = (("S1", USCC[0], "610910", "2021-11-19", "1000.00"), ("S2", USCC[1], "330420", "2021-11-21", "500"))


def sheet(kind: str, *rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(row) for row in (material.HEADS[kind], *rows)).encode("utf-8-sig")


def take(kind: str, *rows: tuple[str, ...]) -> int:
    with scope(STATISTICIAN):
        return api.take(kind=kind, raw=sheet(kind, *rows), at=AT, today=TODAY)


def firm(number: int) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=700 + number, role="ebc")


@pytest.fixture
def given(db: None) -> None:
    with scope(PLATFORM):
        for n, code in enumerate(USCC):
            Organisation.objects.create(pk=700 + n, name=f"（合成）{n}号", uscc=code, created_at=AT)
    take("declared", *DECLARED)
    take("sold", *SOLD)


def found(actor: Actor = STATISTICIAN) -> dict[str, Candidate]:
    with scope(actor):
        return {one.number: one for one in api.candidates()}


def decide(actor: Actor, number: int, *, confirmed: bool, remark: str = "") -> None:
    with scope(actor):
        api.decide(number=number, confirmed=confirmed, remark=remark, at=AT)


def test_the_rule_finds_what_a_shop_sold_and_leaves_the_rest(given: None) -> None:
    told = found()
    assert {number: (one.verdict, [sale["reference"] for sale in one.sales]) for number, one in told.items()} == {
        "D1": ("online", ["S1"]), "D2": ("online", ["S2"]),
    }  # fmt: skip
    assert sum(why["points"] for why in told["D1"].reasons) == told["D1"].score and told["D1"].score > told["D2"].score


def test_a_firm_answers_for_its_own_and_the_statistician_has_the_last_word(given: None) -> None:
    told = found()
    assert found(firm(0)).keys() == {"D1"}
    with pytest.raises(Refused, match="statistics.candidate.unknown"):
        decide(firm(0), told["D2"].pk, confirmed=True)
    with pytest.raises(Refused, match="statistics.candidate.remark"):
        decide(firm(0), told["D1"].pk, confirmed=False)
    decide(firm(0), told["D1"].pk, confirmed=False, remark="线下展会成交")
    decide(firm(0), told["D1"].pk, confirmed=True)
    decide(STATISTICIAN, told["D1"].pk, confirmed=False, remark="展会合同在案")
    assert (found()["D1"].state, found()["D1"].by_firm) == ("refused", False)
    with pytest.raises(Refused, match="statistics.candidate.decided"):
        decide(firm(0), told["D1"].pk, confirmed=True)


def test_what_was_decided_stands_and_its_sales_count_once(given: None) -> None:
    decide(STATISTICIAN, found()["D1"].pk, confirmed=True)
    take("declared", ("D9", USCC[0], "61091000", "2021-11-20", "1000.00", "0110"))
    assert found()["D1"].state == "confirmed" and "D9" not in found()
    with pytest.raises(Refused, match="statistics.material.lines"):
        take("declared", ("D1", USCC[0], "61091000", "2021-11-20", "5.00", "0110"))
    take("sold", ("S9", USCC[0], "610910", "2021-11-20", "1000.00"))
    assert [sale["reference"] for sale in found()["D9"].sales] == ["S9"]


def test_sums_stand_apart_from_what_was_declared(given: None) -> None:
    with scope(PLATFORM):
        replace([1], facts(listed(1, flow="E", amount="70.00")))
    decide(STATISTICIAN, found()["D1"].pk, confirmed=True)
    with scope(STATISTICIAN):
        told = api.online(NOVEMBER)
    assert (told.declared, told.confirmed, told.found, told.doubtful, told.counts) == (70, 1000, 500, 0, (1, 1, 0, 0))


GOOD = DECLARED[0]


@pytest.mark.parametrize(
    ("at", "wrong"),
    [(0, ""), (0, "x" * 61), (1, "9136"), (1, "91360100MA0000079X"), (2, "6109"), (2, "六一〇九一〇"), (3, "2021-13-01"), (3, "2021-12-16"),
     (4, "-1"), (4, "NaN"), (4, "0"), (5, ""), (5, "一般")],
)  # fmt: skip
def test_one_bad_line_and_nothing_is_taken(given: None, at: int, wrong: str) -> None:
    bad = ("D7", *GOOD[1:])
    bad = (*bad[:at], wrong, *bad[at + 1 :])
    with pytest.raises(Refused) as refused:
        take("declared", ("D8", *GOOD[1:]), bad)
    assert refused.value.code == "statistics.material.lines" and len(refused.value.fields) == 1
    with scope(STATISTICIAN):
        assert Material.objects.filter(kind="declared").count() == len(DECLARED)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"a,b\n1,2", sheet("sold", SOLD[0])])
def test_what_is_no_file_of_declarations_is_refused(db: None, raw: bytes) -> None:
    with scope(STATISTICIAN), pytest.raises(Refused, match="statistics.material.file"):
        api.take(kind="declared", raw=raw, at=AT, today=TODAY)


@pytest.mark.parametrize("actor", [
    NOBODY, firm(1), Actor(kind=DISTRICT, unit_path="zone.districts.d360102", role="district_officer"),
    Actor(kind=ZONE, unit_path="zone", role="zone_officer"), Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer"),
    Actor(kind=AGENCY, unit_path="zone.samr", role="rating_analyst"),
])  # fmt: skip
def test_nobody_else_sees_any_of_it(given: None, actor: Actor) -> None:
    with scope(actor):
        assert Material.objects.count() == 0 and not Candidate.objects.filter(number="D1").exists()
        with pytest.raises(Denied):
            api.take(kind="sold", raw=sheet("sold", SOLD[0]), at=AT, today=TODAY)
        with pytest.raises(Denied):
            api.online(NOVEMBER)


def signed_in(role: str, **where: Any) -> Client:
    client = Client()
    with scope(PLATFORM):
        load_units()
        person = get_user_model().objects.create_user(username=f"{role}-{where}")
        place = {"unit": Unit.objects.get(code="statistics")} if role == "statistician" else where
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), **place)
    client.force_login(person, backend=BACKEND)
    return client


def test_the_pages_show_list_evidence_and_figures_and_take_a_decision(given: None) -> None:
    number = found()["D1"].pk
    office, own, other = (
        signed_in("statistician"),
        signed_in("ebc", organisation_id=700),
        signed_in("ebc", organisation_id=701),
    )
    page = office.get(reverse("statistics_online")).content.decode()
    assert all(word in page for word in ("D1", "（合成）0号", "1,000.00", "recognition.v1", "规则推断（P）"))
    one = office.get(reverse("statistics_candidate", args=[number])).content.decode()
    assert "S1" in one and "商品编码前6位相同" in one
    assert office.post(reverse("statistics_candidate", args=[number]), {"verdict": "refused"}).status_code == 422
    assert office.post(reverse("statistics_candidate", args=[number]), {"verdict": "confirmed"}).status_code == 302
    told = office.get(reverse("statistics_online_export"), {"state": "confirmed"})
    assert "D1" in told.content.decode()
    bad = SimpleUploadedFile("x.csv", sheet("declared", ("D7", "1", *GOOD[2:])))
    answer = office.post(reverse("statistics_online_take"), {"kind": "declared", "file": bad})
    assert answer.status_code == 422 and "统一社会信用代码" in answer.content.decode()
    assert "D1" in own.get(reverse("statistics_online_mine")).content.decode()
    assert own.get(reverse("statistics_online")).status_code == 403
    assert other.get(reverse("statistics_candidate", args=[number])).status_code == 404
    assert found()["D1"].value == Decimal(1000)
