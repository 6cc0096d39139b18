"""A list of buyers goes through the authorised body by page and API: row by row, hashed, and for check 5 of the match."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.people import buyer

pytestmark = pytest.mark.django_db
WHERE = "/enterprise/buyers/"
API = "/api/v1/buyers/checks"
SignedIn = Callable[..., Client]
ONE, TWO = buyer(1), buyer(2)
HEAD = "序号,证件类型,证件号码,姓名\n"


def send(client: Client, text: str | bytes, **change: str) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return client.post(WHERE, {"buyers": SimpleUploadedFile("b.csv", raw), "consent": "1"} | change)


def rows(table: str) -> list[dict[str, Any]]:
    """What lies in a table, as far as the open scope sees it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM clearance_{table} ORDER BY id")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def line(ref: str, number: str, name: str, id_type: str = "1") -> str:
    return f"{ref},{id_type},{number},{name}\n"


def listed(client: Client, where: str) -> list[tuple[str, str]]:
    """(ref, result) of every row as the page shows it."""
    page = client.get(where).content.decode()
    return re.findall(r"<code>([^<]+)</code>\s*</td>\s*<td[^>]*>\s*([^<]+?)\s*</td>", page)


def test_a_list_is_taken_row_by_row_and_keeps_nobodys_data(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    platform = signed_in("ebp", "甲公司")
    assert "还没有送核过" in platform.get(WHERE).content.decode()
    text = (
        HEAD + line("A-1", ONE.document, ONE.name) + line("A-2", TWO.document, "错名") + line("A-3", "123", "某人")
        + line("A-4", "E12345678", "某人", "2") + line("A-5", ONE.document, ONE.name) + line("A-1", TWO.document, TWO.name)
        + line(TWO.document, TWO.document, TWO.name) + line("A-8", TWO.document, "")
    )  # fmt: skip
    where = send(platform, text)["Location"]
    page = platform.get(where).content.decode()
    assert [result for _, result in listed(platform, where)] == ["一致", "不一致", *["未送核"] * 6]
    for code in ("number", "id_type", "twice", "ref_twice", "ref", "name"):
        assert f"[rule.buyer.{code}]" in page, code
    export = b"".join(platform.get(where + "export.csv?outcome=mismatch").streaming_content).decode()  # type: ignore[attr-defined]
    assert "A-2,不一致" in export and "A-1" not in export
    assert "没有符合条件" not in platform.get(where + "?outcome=matches").content.decode()
    assert f'href="{WHERE}export.csv"' in platform.get(WHERE).content.decode()
    checks = platform.get(WHERE + "export.csv").content.decode("utf-8-sig").splitlines()
    assert len(checks) == 2 and ",8,1,1,6," in checks[1]
    assert len(signed_in("ebp", "乙公司").get(WHERE + "export.csv").content.decode().splitlines()) == 1
    with scope(PLATFORM):
        (made,) = rows("buyercheck")
        kept = str(rows("buyeranswer")) + str(rows("identity"))
        kept += (
            str(audit.trail("buyer_check", made["id"])) + str(audit.trail("clearance_buyercheck", made["id"])) + page
        )
        for personal in (ONE.document, ONE.name, TWO.document, TWO.name, "错名"):
            assert personal not in kept
        assert [made[name] for name in ("total", "matched", "mismatched", "refused")] == [8, 1, 1, 6]
        assert made["organisation_id"] == firms["甲公司"].pk and made["person_id"] and "合成" in made["authority"]
        assert made["valid_to"] == clock.today() + datetime.timedelta(365)
        assert audit.trail("buyer_check", made["id"])[0]["action"] == "clearance.check_buyers"
        assert len(rows("identity")) == 2


def test_asking_again_renews_the_answer(signed_in: SignedIn) -> None:
    platform = signed_in("ebp", "甲公司")
    send(platform, HEAD + line("1", ONE.document, ONE.name))
    with scope(PLATFORM):
        clock.advance(by=datetime.timedelta(days=30), reason="test")
    send(platform, HEAD + line("1", ONE.document, ONE.name))
    with scope(PLATFORM):
        assert [one["valid_to"] for one in rows("identity")] == [clock.today() + datetime.timedelta(365)]
        assert len(rows("buyercheck")) == 2


@pytest.mark.parametrize(
    ("raw", "change", "code"),
    [
        (HEAD + "1,1,x,y\n", {"consent": "0"}, "clearance.buyers.consent"),
        (HEAD, {}, "clearance.buyers.empty"),
        (HEAD + "1,1,x,y\n" * 1001, {}, "clearance.buyers.too_many"),
        ("ref,name\n1,x\n", {}, "desk.buyers.file"),
        (b"", {}, "desk.buyers.file"),
        (b"\xff\xff\xff\x00", {}, "desk.buyers.file"),
        (HEAD + '"', {}, "desk.buyers.file"),
        ("x" * (1024 * 1024 + 1), {}, "desk.buyers.file"),
    ],
)
def test_a_list_that_cannot_be_taken_is_refused_whole(
    signed_in: SignedIn, raw: str | bytes, change: dict[str, str], code: str
) -> None:
    answer = send(signed_in("ebp", "甲公司"), raw, **change)
    assert answer.status_code == 422 and code in answer.content.decode()
    with scope(PLATFORM):
        assert rows("buyercheck") == rows("identity") == []


def test_rows_of_a_day_have_an_end(signed_in: SignedIn) -> None:
    platform = signed_in("ebp", "甲公司")
    ten = HEAD + "".join(line(str(n), "x", "y") for n in range(10))
    assert send(platform, ten).status_code == 302
    with scope(PLATFORM), connection.cursor() as cursor:
        same = "organisation_id, person_id, asked_at, channel, authority, valid_to, matched, mismatched"
        # as if there had been a list of so many more
        cursor.execute(
            f"INSERT INTO clearance_buyercheck ({same}, total, refused) SELECT {same}, 9980, 9980 FROM clearance_buyercheck"
        )
    assert send(platform, ten).status_code == 302
    assert "clearance.buyers.today" in send(platform, HEAD + line("1", "x", "y")).content.decode()
    with scope(PLATFORM):
        clock.advance(by=datetime.timedelta(days=1), reason="test")
    assert send(platform, ten).status_code == 302


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_list_from_a_spreadsheet_is_read_in_its_encoding(signed_in: SignedIn, encoding: str) -> None:
    platform = signed_in("ebp", "甲公司")
    text = f"姓名,证件号码,证件类型,备注,序号\n{ONE.name}, {ONE.document} ,1,,7\n\n"
    assert listed(platform, send(platform, text.encode(encoding))["Location"]) == [("7", "一致")]
    template = b"".join(platform.get(WHERE + "template.csv").streaming_content)  # type: ignore[attr-defined]
    assert listed(platform, send(platform, template)["Location"]) == [("A-0001", "未送核")]


def test_in_a_real_zone_nobody_is_asked_and_nothing_is_kept(signed_in: SignedIn, monkeypatch: Any) -> None:
    monkeypatch.setattr("pilotzone.kernel.clock.is_demo", lambda: False)
    answer = send(signed_in("ebp", "甲公司"), HEAD + line("1", ONE.document, ONE.name))
    assert answer.status_code == 503 and "me.authority" in answer.content.decode()
    with scope(PLATFORM):
        assert rows("buyercheck") == []


def test_others_see_no_list_and_ask_nothing(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    where = send(signed_in("ebp", "甲公司"), HEAD + line("1", ONE.document, ONE.name))["Location"]
    rival = signed_in("pay", "乙公司")
    assert "还没有送核过" in rival.get(WHERE).content.decode()
    assert rival.get(where).status_code == rival.get(where + "export.csv").status_code == 404
    for role, body in (("ebc", "甲公司"), ("zone_officer", "zone"), ("district_officer", "360111")):
        other = signed_in(role, body)
        assert other.get(WHERE).status_code == other.get(where).status_code == 403
        assert send(other, HEAD + line("1", ONE.document, ONE.name)).status_code == 403
    with scope(Actor(kind="enterprise", organisation=firms["乙公司"].pk)):
        assert rows("buyeranswer") == rows("identity") == []


def by_api(firm: Organisation, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    with scope(PLATFORM), connection.cursor() as cursor:
        token = clients.issue(cursor, firm.pk)
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client().post(API, body, content_type="application/json", headers=headers)
    if answer.status_code == 200:
        again = Client().get(f"{API}/{answer.json()['id']}", headers=headers)
        assert again.json() == answer.json()
    return answer.status_code, answer.json()


def test_the_api_answers_row_by_row(firms: dict[str, Organisation]) -> None:
    rows = [
        {"ref": "1", "id_type": "1", "id_number": ONE.document, "name": ONE.name},
        {"ref": "2", "id_type": "1", "id_number": "1\u0000", "name": "\ud83d\ude00"}, {},
    ]  # fmt: skip
    status, told = by_api(firms["甲公司"], {"consented": True, "buyers": rows})
    assert (status, told["matched"], told["refused"], told["channel"]) == (200, 1, 2, "api")
    assert [row["outcome"] for row in told["rows"]] == ["matches", "refused", "refused"]
    assert told["rows"][1]["findings"][0]["code"] == "rule.buyer.number" and told["rows"][1]["findings"][0]["mend_en"]
    assert ONE.document not in str(told) and ONE.name not in str(told)
    assert by_api(firms["甲公司"], {"consented": False, "buyers": rows})[1]["code"] == "clearance.buyers.consent"
    assert by_api(firms["甲公司"], {"buyers": rows})[1]["code"] == "api.input"
    with scope(PLATFORM):
        Organisation.objects.filter(pk=firms["乙公司"].pk).update(roles=["logi"])
    assert by_api(firms["乙公司"], {"consented": True, "buyers": rows})[0] == 403
