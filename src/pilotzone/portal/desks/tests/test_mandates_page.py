"""代理授权 on its page and over the API: given, filtered, exported, revoked; the other side reads it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
WHERE = "/clearance/mandates/"
SignedIn = Callable[..., Client]


@pytest.fixture
def sides(firms: dict[str, Organisation]) -> dict[str, Organisation]:
    """甲公司 sells, 乙公司 declares."""
    with scope(PLATFORM):
        for name, role in (("甲公司", "ebc"), ("乙公司", "agent")):
            firms[name].roles = [role]
            firms[name].save(update_fields=["roles"])
    return firms


def asked(**change: object) -> dict[str, object]:
    told: dict[str, object] = {
        "agent": "3601960A02", "kinds": ["list", "refund"], "undertaking": "=委托协议7", "since": clock.today().isoformat(),
    }  # fmt: skip
    return told | change


def test_it_is_given_read_by_both_and_revoked(signed_in: SignedIn, sides: dict[str, Organisation]) -> None:
    seller, declarant = signed_in("ebc", "甲公司"), signed_in("agent", "乙公司")
    assert "没有代理授权" in seller.get(WHERE).content.decode()
    until = (clock.today() + datetime.timedelta(7)).isoformat()
    where = seller.post(WHERE, asked(until=until))["Location"]
    page = seller.get(where).content.decode()
    for words in ("乙公司", "申报清单", "退货申请单", "委托协议7", "还有 7 天到期", "撤销授权"):
        assert words in page
    other = declarant.get(where).content.decode()
    assert "由委托企业撤销" in other and "撤销授权" not in other
    assert declarant.post(where, {"reason": "x"}).status_code == 403
    assert seller.post(where, {"reason": " "}).status_code == 422
    assert seller.post(where, {"reason": "合作结束"}).status_code == 302
    assert "合作结束" in declarant.get(where).content.decode()
    assert seller.post(where, {"reason": "又"}).status_code == 422


def test_the_list_is_filtered_and_exported(signed_in: SignedIn, sides: dict[str, Organisation]) -> None:
    seller = signed_in("ebc", "甲公司")
    seller.post(WHERE, asked())
    for query, there in (
        ("side=given", True), ("side=held", False), ("state=running", True), ("state=ended", False), ("q=乙", True),
        ("q=3601960A02", True), ("q=丙", False), ("q=%00", True), ("state=nonsense", True),
    ):  # fmt: skip
        page = seller.get(f"{WHERE}?{query}").content.decode()
        assert ("SQ0" in page) is there, query
    told = b"".join(seller.get(f"{WHERE}export.csv?side=given").streaming_content).decode()  # type: ignore[attr-defined]
    assert "乙公司" in told and "长期" in told
    assert "乙公司" not in b"".join(seller.get(f"{WHERE}export.csv?side=held").streaming_content).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agent": "0000000000"}, "clearance.mandate.firm"),
        ({"kinds": []}, "clearance.mandate.request"),
        ({"kinds": ["payment"]}, "clearance.mandate.kinds"),
        ({"undertaking": " "}, "clearance.mandate.request"),
        ({"since": "soon"}, "clearance.mandate.days"),
        ({"since": "2020-01-01"}, "clearance.mandate.days"),
        ({"agent": "3601960A01"}, "clearance.mandate.request"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_which_keeps_what_was_typed(
    signed_in: SignedIn, sides: dict[str, Organisation], change: dict[str, object], code: str
) -> None:
    seller = signed_in("ebc", "甲公司")
    answer = seller.post(WHERE, asked(**change))
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page and "没有代理授权" in page
    assert str(asked(**change)["agent"]) in page


def test_who_may_not_give_sees_no_form_and_strangers_nothing(
    signed_in: SignedIn, sides: dict[str, Organisation]
) -> None:
    where = signed_in("ebc", "甲公司").post(WHERE, asked())["Location"]
    declarant = signed_in("agent", "乙公司")
    assert "授权一家企业" not in declarant.get(WHERE).content.decode()
    assert declarant.post(WHERE, asked()).status_code == 403
    assert "SQ0" in signed_in("customs_officer", "customs").get(WHERE).content.decode()
    county = signed_in("district_officer", "360111")
    assert county.get(WHERE).status_code == 403 and county.get(where).status_code == 403
    assert Client().get(WHERE).status_code == 302


def test_over_the_api_the_same(client: Client, sides: dict[str, Organisation]) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        tokens = {
            name: {"Authorization": f"Bearer {clients.issue(cursor, one.pk, 'test')}"} for name, one in sides.items()
        }

    def post(name: str, path: str, body: object) -> tuple[int, dict[str, object]]:
        answer = client.post(f"/api/v1{path}", json.dumps(body), "application/json", headers=tokens[name])
        return answer.status_code, answer.json()

    status, made = post("甲公司", "/mandates", asked())
    assert (status, made["state"], made["side"], made["kinds"]) == (200, "running", "given", ["list", "refund"])
    assert post("甲公司", "/mandates", asked())[1]["code"] == "clearance.mandate.again"
    assert post("甲公司", "/mandates", asked(agent="1"))[1]["code"] == "api.input"
    assert post("乙公司", "/mandates", asked())[0] == 403
    held = client.get("/api/v1/mandates?side=held", headers=tokens["乙公司"]).json()
    assert [row["id"] for row in held["rows"]] == [made["id"]]
    assert post("乙公司", f"/mandates/{made['id']}/revoke", {"reason": "x"})[0] == 403
    assert post("甲公司", f"/mandates/{made['id']}/revoke", {"reason": "到期"})[1]["state"] == "revoked"
    assert client.get(f"/api/v1/mandates/{made['id']}", headers=tokens["乙公司"]).json()["revoked_reason"] == "到期"
    assert client.get("/api/v1/mandates/999999", headers=tokens["乙公司"]).status_code == 404
