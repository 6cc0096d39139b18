"""变更撤销退货 on the pages and over the API: offered on a trade, saved as typed, kept, given up, listed, exported."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.ui.tests.forms import refused
from pilotzone.ui.tests.hostile import withstands

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHERE = "/clearance/changes/"


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """The test firms in a database of this module's own."""
    with scope(PLATFORM):
        load_units()
    return standing_zone


def clerk(zone: Bench, role: str, unit: str = "") -> Client:
    """A browser of somebody who acts for a test firm, or for a unit."""
    with scope(PLATFORM):
        person, made = Person.objects.get_or_create(username=f"c-{role}{unit}", defaults={"display_name": role})
        if made:
            firm = None if unit else Organisation.objects.get(pk=zone.firms[role])
            appoint(
                person=person, role_code=role, organisation=firm, since=datetime.date(2021, 1, 4),
                unit=Unit.objects.get(code=unit) if unit else None,
            )  # fmt: skip
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def ordered(zone: Bench, number: str) -> int:
    """The number of a trade whose order alone came."""
    trade = Trade(number, at=datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=9))
    zone.send(zone.paper(trade, "order"))
    ((found,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = %s", f"ORDER-{number}")
    zone.connection.commit()
    return int(found)


def begun(client: Client, trade: int, verb: str = "change", kind: str = "order") -> str:
    where: str = client.post(f"{WHERE}begin/{trade}/", {"verb": verb, "kind": kind})["Location"]
    return where


def form_of(page: str) -> dict[str, Any]:
    """The hidden fields of the form on a draft's page."""
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page) for name in ("revision", "writer", "shown")}


def test_a_trade_offers_its_owner_what_is_lawful_and_says_why_not(zone: Bench) -> None:
    trade = ordered(zone, "PG1")
    owner = clerk(zone, "ebp").get(f"/enterprise/trades/{trade}/").content.decode()
    assert 'id="changes"' in owner and "变更订单" in owner and "clearance.change.list" in owner
    seller = clerk(zone, "logi").get(f"/enterprise/trades/{trade}/")
    assert seller.status_code == 404
    officer = clerk(zone, "customs_officer", "customs").get(f"/officer/trades/{trade}/").content.decode()
    assert 'id="changes"' not in officer


def test_it_is_saved_as_typed_and_two_pages_are_told_apart(zone: Bench) -> None:
    one, other = clerk(zone, "ebp"), clerk(zone, "ebp")
    where = begun(one, ordered(zone, "PG2"))
    first, second = (form_of(client.get(where).content.decode()) for client in (one, other))
    told = one.post(f"{where}save/", first | {"h.consigneeTelephone": "13900000001", "keep": first["shown"]})
    assert told.status_code == 200 and "已保存" in told.content.decode() and "<html" not in told.content.decode()
    again = one.post(f"{where}save/", first | {"h.consigneeTelephone": "13900000002", "keep": first["shown"]})
    assert "clearance.change.stale" not in again.content.decode(), "a page may save as often as it likes"
    late = other.post(f"{where}save/", second | {"h.consigneeAddress": "别处"}).content.decode()
    assert "clearance.change.stale" in late and "收货人电话" in late and "13900000002" not in late, "names, not values"
    refusal = other.post(where, second | {"h.consigneeAddress": "别处打的字", "keep": second["shown"]})
    kept = refusal.content.decode()
    assert refusal.status_code == 422 and re.search(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d已在别处保存过这份记录，修改了：", kept
    )
    assert "别处打的字" in kept and "hx-post" not in kept, "what was told of is saved by hand only"
    page = one.get(where).content.decode()
    assert "别处打的字" not in page
    assert (
        other.post(where, form_of(kept) | {"h.consigneeAddress": "别处打的字", "keep": second["shown"]}).status_code
        == 302
    )
    assert "别处打的字" in one.get(where).content.decode(), "who was told decides"
    assert "13900000002" in page and not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", page)


def test_a_draft_that_is_refused_keeps_what_was_typed(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, ordered(zone, "PG6"))
    refused(client, where, 1, but=("/discard/",))
    assert withstands(client, where, saves=True) == []
    form = form_of(client.get(where).content.decode())
    page = client.post(
        f"{where}keep/", form | {"h.consigneeTelephone": "打字的<人>", "h.goodsValue": "很多", "keep": []}
    )
    assert page.status_code == 422
    assert 'value="打字的&lt;人&gt;"' in page.content.decode() and 'value="很多"' in page.content.decode()


def test_what_is_wrong_stands_beside_the_form_and_is_not_kept(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, ordered(zone, "PG3"))
    form = form_of(client.get(where).content.decode())
    typed = form | {"h.goodsValue": "lots", "keep": []}
    answer = client.post(f"{where}save/", typed).content.decode()
    assert "format." in answer and "没有发现问题" not in answer
    kept = client.post(f"{where}keep/", typed)
    assert kept.status_code == 422 and "clearance.change.faults" in kept.content.decode()


def test_a_kept_one_waits_is_signed_written_on_or_given_up(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, ordered(zone, "PG4"))
    form = form_of(client.get(where).content.decode())
    assert client.post(f"{where}keep/", form | {"keep": form["shown"]})["Location"] == where
    waiting = client.get(where).content.decode()
    assert "正在处理" in waiting and 'hx-trigger="every 1s"' in waiting
    zone.send()
    zone.connection.commit()
    page = client.get(where).content.decode()
    assert "暂存，待签名" in page and "/enterprise/sign/?d=" in page and 'hx-trigger="every' not in page
    assert client.post(f"{where}reopen/")["Location"] == where
    assert 'name="revision"' in client.get(where).content.decode()
    assert client.post(f"{where}burn/").status_code == 404
    assert client.post(f"{where}discard/")["Location"] == WHERE
    assert "已放弃" in client.get(where).content.decode()
    assert client.post(f"{where}discard/").status_code == 422


def moving(page: str, verb: str) -> dict[str, Any]:
    """What the form of a draft's page sends along that moves it."""
    form = re.search(rf'<form method="post" action="[^"]*/{verb}/".*?</form>', page, re.DOTALL)
    assert form is not None, verb
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', form[0]) for name in ("revision", "writer")}


def test_who_gives_up_or_opens_what_a_colleague_moved_meanwhile_is_told(zone: Bench) -> None:
    one, other = clerk(zone, "ebp"), clerk(zone, "ebp")
    where = begun(one, ordered(zone, "PG8"))
    mine, seen_by_other = (client.get(where).content.decode() for client in (one, other))
    typed = form_of(mine) | {"h.consigneeTelephone": "13900000003", "keep": form_of(mine)["shown"]}
    assert one.post(f"{where}save/", typed).status_code == 200
    late = other.post(f"{where}discard/", moving(seen_by_other, "discard"))
    told = late.content.decode()
    assert (
        late.status_code == 422
        and "clearance.change.stale" in told
        and "收货人电话" in told
        and 'name="revision"' in told
    )
    assert one.post(f"{where}keep/", typed).status_code == 302, "a page that saved itself goes on"
    zone.send()
    zone.connection.commit()
    mine, seen_by_other = (client.get(where).content.decode() for client in (one, other))
    late = other.post(f"{where}discard/", moving(told, "discard"))
    assert late.status_code == 422 and "进展（转入暂存）" in late.content.decode()
    assert one.post(f"{where}reopen/", moving(mine, "reopen")).status_code == 302
    late = other.post(f"{where}discard/", moving(seen_by_other, "discard"))
    assert late.status_code == 422 and "进展（重新打开）" in late.content.decode()
    fresh = one.get(where).content.decode()
    assert one.post(f"{where}discard/", moving(fresh, "discard"))["Location"] == WHERE
    closed = other.post(where, form_of(fresh) | {"h.consigneeTelephone": "1"}).content.decode()
    assert "clearance.change.closed" in closed and "已将这份草稿放弃" in closed and "ebp于" in closed


def test_the_list_is_filtered_and_exported_and_anothers_is_none(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, ordered(zone, "PG5"))
    for query, there in (
        ("", True), ("number=ORDER-PG5", True), ("number=ORDER-X", False), ("verb=change&number=ORDER-PG5", True),
        ("verb=return", False), ("state=open&number=ORDER-PG5", True), ("state=kept&number=ORDER-PG5", False),
    ):  # fmt: skip
        assert (f'href="{where}"' in client.get(f"{WHERE}?{query}").content.decode()) is there, query
    told = b"".join(client.get(f"{WHERE}export.csv?number=ORDER-PG5").streaming_content).decode()  # type: ignore[attr-defined]
    assert "ORDER-PG5" in told and "填写中" in told
    other = clerk(zone, "ebc")
    assert "没有变更、撤销或退货的草稿" in other.get(WHERE).content.decode()
    assert other.get(where).status_code == 404, "another's looks like what does not exist"
    for verb in ("save", "keep", "discard", "reopen"):
        assert other.post(f"{where}{verb}/").status_code == 404, verb
    officer = clerk(zone, "customs_officer", "customs")
    assert officer.get(WHERE).status_code == 403 and Client().get(WHERE).status_code == 302


def test_what_is_not_lawful_is_said_on_the_trade(zone: Bench) -> None:
    client, trade = clerk(zone, "ebp"), ordered(zone, "PG6")
    where = begun(client, trade, "return", "list")
    assert where == f"/enterprise/trades/{trade}/#changes"
    assert "clearance.change.list" in client.get(where).content.decode()
    assert client.post(f"{WHERE}begin/{trade}/", {"verb": "burn", "kind": "list"}).status_code == 404
    assert client.post(f"{WHERE}begin/7/", {"verb": "change", "kind": "order"}).status_code == 404


def test_over_the_api_the_same(zone: Bench) -> None:
    trade = ordered(zone, "PG7")
    with scope(PLATFORM), connection.cursor() as cursor:
        token = {"Authorization": f"Bearer {clients.issue(cursor, zone.firms['ebp'], 'test')}"}
        stranger = {"Authorization": f"Bearer {clients.issue(cursor, zone.firms['pay'], 'test')}"}
    client = Client()

    def post(path: str, body: object) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"/api/v1{path}", json.dumps(body), "application/json", headers=token)
        return answer.status_code, answer.json()

    found = client.get(f"/api/v1/trades/{trade}/changes", headers=token).json()["offers"]
    assert {(one["verb"], one["allowed"]) for one in found} == {
        ("change", True), ("delete", True), ("cancel", False), ("return", False),
    }  # fmt: skip
    status, one = post(f"/trades/{trade}/changes", {"verb": "change", "kind": "order"})
    assert (status, one["stands"], one["head"]["orderNo"], one["findings"]) == (200, "open", "ORDER-PG7", [])
    path = f"/changes/{one['id']}"
    assert post(f"/trades/{trade}/changes", {"verb": "return"})[1]["code"] == "clearance.change.list"
    status, saved = post(path, {"revision": 1, "lines": [{"position": 0, "values": {"itemName": "新品名"}}]})
    assert (status, saved["revision"], saved["lines"][0]["values"]["itemName"]) == (200, 2, "新品名")
    assert post(path, {"revision": 1})[1]["code"] == "clearance.change.stale"
    assert post(path, {"revision": 0})[0] == 422
    assert post(f"{path}/state", {"to": "kept"})[1]["stands"] == "processing"
    zone.send()
    zone.connection.commit()
    listed = client.get("/api/v1/changes?number=ORDER-PG7", headers=token).json()
    assert [(row["stands"], row["id"]) for row in listed["rows"]] == [("draft", one["id"])]
    assert post(f"{path}/state", {"to": "discarded", "revision": 2})[1]["code"] == "clearance.change.stale"
    assert post(f"{path}/state", {"to": "discarded", "revision": 3})[1]["stands"] == "discarded"
    assert client.get(f"/api/v1{path}", headers=stranger).status_code == 404
    assert client.get(f"/api/v1/trades/{trade + 1}/changes", headers=token).status_code == 404
