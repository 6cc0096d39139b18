"""The office suspends an enterprise on its page, prints the notice and lifts it; the list is filtered and exported."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.ui import sheets

pytestmark = pytest.mark.django_db
WHERE = "/office/suspensions/"
SignedIn = Callable[..., Client]


def asked(**change: str) -> dict[str, str]:
    told = {"firm": "3601960A01", "since": clock.today().isoformat(), "reason": "=多次虚假申报"}
    return told | {"legal_basis": "海关总署公告2018年第194号"} | change


def test_an_enterprise_is_suspended_told_and_admitted_again(
    signed_in: SignedIn, firms: dict[str, Organisation]
) -> None:
    office, clerk = signed_in("zone_officer", "zone"), signed_in("ebp", "甲公司")
    assert "没有暂停过企业" in office.get(WHERE).content.decode()
    assert clerk.get("/enterprise/").status_code == 200
    where = office.post(WHERE, asked())["Location"]
    assert "暂停中" in office.get(where).content.decode()
    assert clerk.get("/enterprise/").wsgi_request.chosen is None, "its persons act for it no more"
    notice = office.get(where + "notice/").content.decode()
    for words in ("暂停企业业务通知书", "甲公司", "多次虚假申报", "海关总署公告2018年第194号", "行政复议"):
        assert words in notice
    customs = signed_in("customs_officer", "customs")
    assert "由决定机关恢复" in customs.get(where).content.decode()
    assert customs.post(where + "lift/", {"reason": "x"}).status_code == 403
    assert office.post(where + "lift/", {"reason": " "}).status_code == 422
    assert office.post(where + "lift/", {"reason": "整改完成"}).status_code == 302
    assert "恢复企业业务通知书" in office.get(where + "notice/").content.decode()
    assert clerk.get("/enterprise/").wsgi_request.party_name == "甲公司"


def test_the_list_is_filtered_and_exported(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    office = signed_in("zone_officer", "zone")
    office.post(WHERE, asked())
    later = (clock.today() + datetime.timedelta(9)).isoformat()
    office.post(WHERE, asked(firm="3601960A02", since=later))
    for query, there, gone in (
        ("state=running", "甲公司", "乙公司"), ("state=coming", "乙公司", "甲公司"), ("q=3601960A02", "乙公司", "甲公司"),
        ("q=乙", "乙公司", "甲公司"),
    ):  # fmt: skip
        page = office.get(f"{WHERE}?{query}").content.decode()
        assert there in page and gone not in page, query
    for query in ("state=lifted", "q=丙", "q=%00"):
        page = office.get(f"{WHERE}?{query}").content.decode()
        assert ("没有符合条件的记录" in page) is (query != "q=%00"), query
    told = b"".join(office.get(f"{WHERE}export.csv?state=running").streaming_content).decode()  # type: ignore[attr-defined]
    assert "甲公司" in told and "乙公司" not in told and ",'=多次虚假申报," in told


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"firm": "0000000000"}, "desk.suspension.firm"),
        ({"firm": ""}, "desk.suspension.firm"),
        ({"since": "2020-01-01"}, "kernel.suspension.day"),
        ({"since": "soon"}, "kernel.suspension.day"),
        ({"reason": ""}, "kernel.suspension.words"),
        ({"legal_basis": " "}, "kernel.suspension.words"),
    ],
)
def test_what_is_missing_is_said_on_the_form_which_keeps_what_was_typed(
    signed_in: SignedIn, firms: dict[str, Organisation], change: dict[str, str], code: str
) -> None:
    office = signed_in("zone_officer", "zone")
    answer = office.post(WHERE, asked(**change))
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page and "没有暂停过企业" in page
    assert asked(**change)["legal_basis"].strip() in page


@pytest.mark.parametrize(("role", "body"), [("ebp", "甲公司"), ("district_officer", "360111"), ("leader", "zone")])
def test_others_neither_see_nor_order_it(signed_in: SignedIn, role: str, body: str) -> None:
    made = signed_in("zone_officer", "zone").post(WHERE, asked(firm="3601960A02"))["Location"]
    other = signed_in(role, body)
    for path in (WHERE, WHERE + "export.csv", made, made + "notice/"):
        assert other.get(path).status_code == 403, path
    assert other.post(WHERE, asked()).status_code == 403
    assert other.post(made + "lift/", {"reason": "x"}).status_code == 403
    assert Client().get(WHERE).status_code == 302


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1+1", "@x", "\tx"])
def test_a_cell_is_never_a_formula(typed: str) -> None:
    assert sheets.harmless(typed) == "'" + typed
    assert sheets.harmless("x" + typed) == "x" + typed


def test_an_amount_below_zero_stays_a_number() -> None:
    assert [sheets.harmless(text) for text in ("-1", "-12.50")] == ["-1", "-12.50"]
