"""A real zone takes a firm in: registered, its people invited, its certificate registered, its message accepted."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.exchange.signing import DemoAuthority
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.conftest import demo_keys, standing_zone
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade
from pilotzone.portal.accounts import first
from pilotzone.portal.accounts.tests.test_people import client_of

__all__ = ["demo_keys", "standing_zone"]
WHERE, GOOD, CODE = "/accounts/firms/", "a-long-passphrase-7", "3601991234"
FIRM = {
    "name": "新支付公司", "name_en": "New Payments", "uscc": "91350100M000100Y43", "customs_code": CODE,
    "dxp_id": f"DXPENT{CODE}", "roles": "pay", "registered": "360111", "since": "2021-01-04",
}  # fmt: skip


def settled(link: str, name: str) -> Client:
    path = "/" + link.split("/", 3)[3]
    assert Client().post(path, {"password": GOOD, "again": GOOD}).status_code == 302
    client = Client()
    assert client.post("/accounts/login/", {"login": name, "password": GOOD}).status_code == 302
    return client


def invited(admin: Client, name: str, role: str) -> Client:
    page = admin.post("/accounts/people/", {"username": name, "name": name, "role": role, "body": CODE})
    found = re.search(r"(http://testserver/accounts/first/\S+?/)<", page.content.decode())
    assert found
    return settled(found[1], name)


def test_a_real_zone_walks_from_registration_to_an_accepted_message(
    standing_zone: Bench, tmp_path: Path, monkeypatch: Any
) -> None:
    standing_zone.connection.execute("UPDATE kernel_clock SET demo = false")
    standing_zone.connection.commit()
    clock.forget()
    admin = settled(first.invite("head", base="http://testserver"), "head")
    assert admin.post(WHERE, FIRM).status_code == 302
    clerk, keeper = invited(admin, "clerk.pay", "pay"), invited(admin, "keeper", "firm_admin")
    pair = DemoAuthority(tmp_path, at=clock.wall()).issue(CODE, "新支付公司", "rsa", at=clock.wall())
    pem = next(tmp_path.glob(f"{CODE}/rsa/cert.pem")).read_bytes()
    assert clerk.post("/accounts/certificates/", {"certificate": SimpleUploadedFile("c.pem", pem)}).status_code == 302
    assert keeper.post("/enterprise/tokens/", {"label": "ERP"}).status_code == 200
    standing_zone.connection.commit()
    monkeypatch.setitem(FIRMS, "newpay", CODE)
    standing_zone.signers["newpay"] = pair.signer()
    trade = Trade("NEW", at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=9))
    paper = standing_zone.paper(trade, "payment", sender="newpay", payCode=CODE, payName="新支付公司")
    from pilotzone.portal.processes import folders

    (receipt,) = folders.keep_file(CODE, "payment.xml", paper)
    standing_zone.connection.commit()
    while standing_zone.work().messages:
        pass
    told = standing_zone.results(receipt)
    assert told and told[0][0] not in ("refused", "failed"), told
    with scope(PLATFORM):
        assert Organisation.objects.get(customs_code=CODE).synthetic is False


@pytest.fixture
def office(db: None) -> Client:
    with scope(PLATFORM):
        clock.found(demo=False)
    return client_of("zone_officer", "zone")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"uscc": "91350100M000100Y44"}, "rule.id.uscc"),
        ({"customs_code": "12"}, "rule.id.customs_code"),
        ({"dxp_id": "XYZ"}, "kernel.firm.dxp"),
        ({"roles": "firm_admin"}, "kernel.firm.roles"),
        ({"uscc": "", "customs_code": ""}, "kernel.firm.name"),
        ({"registered": "nowhere"}, "kernel.firm.link"),
        ({"since": "soon"}, "kernel.firm.day"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_and_nothing_is_kept(
    office: Client, change: dict[str, str], code: str
) -> None:
    answer = office.post(WHERE, FIRM | change)
    page = answer.content.decode()
    assert (answer.status_code, code in page, "新支付公司" in page) == (422, True, True)
    with scope(PLATFORM):
        assert not Organisation.objects.exists()


def test_it_is_changed_linked_and_cancelled_with_its_history(office: Client) -> None:
    where = office.post(WHERE, FIRM)["Location"]
    assert office.post(WHERE, FIRM).status_code == 422, "registered once"
    assert office.post(where + "change/", FIRM | {"name": "更名公司"}).status_code == 422, "no reason"
    assert office.post(where + "change/", FIRM | {"name": "更名公司", "reason": "更名"}).status_code == 302
    with scope(PLATFORM):
        other = Unit.objects.filter(path__startswith="zone.districts.").exclude(code="360111").first()
        assert other
    moved = {"kind": "registered", "unit": other.code, "on": "2021-02-01"}
    assert office.post(where + "link/", moved).status_code == 302
    assert office.post(where + "link/", moved).status_code == 422, "not again from the same day"
    with scope(PLATFORM):
        ended = UnitLink.objects.get(unit__code="360111")
        assert ended.valid_to == datetime.date(2021, 1, 31)
    page = office.get(where).content.decode()
    assert "新支付公司" in page and "更名公司" in page and "firm.change" in page
    today = clock.today().isoformat()
    assert office.post(where + "cancel/", {"on": "2000-01-01", "reason": "x"}).status_code == 422
    assert office.post(where + "cancel/", {"on": today, "reason": "注销", "successor": CODE}).status_code == 422
    assert office.post(where + "cancel/", {"on": today, "reason": "注销"}).status_code == 302
    assert office.post(where + "cancel/", {"on": today, "reason": "注销"}).status_code == 422
    with scope(PLATFORM):
        firm = Organisation.objects.get(customs_code=CODE)
        assert firm.suspended(clock.today())
        done = [line["action"] for line in audit.trail("organisation", firm.pk)]
    assert done == ["firm.cancel", "firm.link", "firm.change", "firm.link", "firm.register"]


def test_a_file_is_registered_whole_or_not_at_all(office: Client) -> None:
    head = b"".join(office.get(WHERE + "template.csv").streaming_content).decode("utf-8-sig").strip()  # type: ignore[attr-defined]
    good = "甲公司,,91350100M000100Y43,3601991111,,ebc ebp,360111,,,2021-01-04"
    bad = "乙公司,,,12,,ebc,,,,"
    send = lambda text: office.post(WHERE, {"firms": SimpleUploadedFile("f.csv", text.encode())})  # noqa: E731
    answer = send(f"{head}\n{good}\n{bad}\n")
    assert answer.status_code == 422 and "第3行" in answer.content.decode()
    assert send("rubbish").status_code == 422
    assert "还没有登记单位" in office.get(WHERE).content.decode()
    assert send(f"{head}\n{good}\n").status_code == 302
    assert "甲公司" in office.get(f"{WHERE}?role=ebp&q=3601991111").content.decode()
    assert "甲公司" not in office.get(f"{WHERE}?role=pay").content.decode()
    told = b"".join(office.get(WHERE + "export.csv?role=ebp").streaming_content).decode()  # type: ignore[attr-defined]
    assert "3601991111" in told


def test_others_see_and_do_nothing_here(db: None) -> None:
    county = client_of("district_officer", "360111")
    assert county.get(WHERE).status_code == 403
    assert county.post(WHERE, FIRM).status_code == 403
    assert county.get(WHERE + "export.csv").status_code == 403


def test_the_header_leads_only_consumers_and_visitors_to_the_consumers_desk(office: Client) -> None:
    assert 'href="/me/' in Client().get("/").content.decode()
    assert 'href="/me/' not in office.get("/").content.decode()


def test_an_unknown_body_is_said_on_the_form_which_keeps_what_was_typed(office: Client) -> None:
    asked = {"username": "new.one", "name": "新人", "role": "pay", "body": "0000000000"}
    answer = office.post("/accounts/people/", asked)
    page = answer.content.decode()
    assert answer.status_code == 422 and "accounts.body" in page
    assert 'value="new.one"' in page and 'value="0000000000"' in page and 'value="pay" selected' in page
