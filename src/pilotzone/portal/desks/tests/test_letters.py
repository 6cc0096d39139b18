"""接口监测: who may read and who may act, filters and pages, sent again or put aside with a line in the trail, answered or not."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from pilotzone.base.errors import Unavailable
from pilotzone.exchange import outbox
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.outbox import Letter
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.ui import listing

pytestmark = pytest.mark.django_db
WHERE = "/platform/letters/"
SignedIn = Callable[..., Client]


def queue(*kinds: str, state: str = "queued", error: str = "") -> list[int]:
    with scope(PLATFORM), connection.cursor() as cursor:
        numbers = outbox.enqueue(
            cursor, [Letter("customs", kind, b"<secret/>", {"reference": f"PZ{kind}"}) for kind in kinds]
        )
        cursor.execute(
            "UPDATE exchange_outbox SET state = %s, last_error = %s WHERE id = ANY(%s)", (state, error, numbers)
        )
        return numbers


@pytest.fixture
def operator(signed_in: SignedIn) -> Client:
    return signed_in("operator", "eport")


def text(client: Client, path: str = WHERE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_list_says_how_many_wait_and_since_when(operator: Client) -> None:
    assert "还没有对外报文" in text(operator) and "没有待发送的报文" in text(operator)
    queue("CEB621Message", "CEB622Message")
    queue("CEB623Message", state="failed", error="channel.refused 对方拒收")
    page = text(operator)
    assert "最早一封待发送报文生成于" in page and "channel.refused 对方拒收" in page
    assert [page.count(kind + "</") > 0 for kind in ("CEB621Message", "CEB623Message")] == [True, True]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=failed", ["CEB623Message"]),
        ("state=dead", []),
        ("kind=CEB622Message", ["CEB622Message"]),
        ("counterpart=nobody", []),
        ("number=PZCEB621Message", ["CEB621Message"]),
        ("number=%00", ["CEB621Message", "CEB622Message", "CEB623Message"]),
        ("since=2000-01-01&until=2000-12-31", []),
        ("since=2000-01-01", ["CEB621Message", "CEB622Message", "CEB623Message"]),
        ("until=9999-12-31", ["CEB621Message", "CEB622Message", "CEB623Message"]),
        ("state=answered", []),
        ("since=yesterday", ["CEB621Message", "CEB622Message", "CEB623Message"]),
    ],
)  # fmt: skip
def test_filters_leave_what_was_asked_for_in_the_list_and_in_the_file(
    operator: Client, query: str, found: list[str]
) -> None:
    queue("CEB621Message", "CEB622Message")
    queue("CEB623Message", state="failed")
    page = text(operator, f"{WHERE}?{query}")
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    kinds = ["CEB621Message", "CEB622Message", "CEB623Message"]
    assert [kind for kind in kinds if f"PZ{kind}" in table] == found
    assert ("以下条件无法识别" in page) is ("yesterday" in query)
    answer = operator.get(f"{WHERE}export.csv?{query}")
    lines = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert [kind for kind in kinds if f"PZ{kind}" in lines] == found and "序号" in lines
    with scope(PLATFORM):
        (line,) = audit.trail("list", "letters")
    assert line["action"] == "letters.export"


def test_a_long_list_pages_by_key_and_loses_none(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    kinds = [f"K{n}" for n in range(5)]
    queue(*kinds)
    seen: list[str] = []
    path = WHERE
    for _ in range(3):
        page = text(operator, path)
        seen += [kind for kind in reversed(kinds) if f"PZ{kind}</" in page]
        path = WHERE + page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == kinds[::-1] and path == WHERE


def test_a_letter_shows_its_envelope_and_never_what_it_says(operator: Client) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        body = envelope.wrap(
            envelope.DxpMsg(
                "PZ7",
                "DXPENT0036000000",
                [envelope.CUSTOMS_IMPORT],
                clock.now(),
                "CEB621Message",
                b"<buyer>Zhang San</buyer>",
            )
        )
        (number,) = outbox.enqueue(cursor, [Letter("customs", "CEB621Message", body, {"reference": "PZ7"})])
    page = text(operator, f"{WHERE}{number}/")
    assert "DXPENT0036000000" in page and envelope.CUSTOMS_IMPORT in page and str(len(body)) in page
    assert "Zhang San" not in page and "PEJ1eWVy" not in page and "***" in page
    assert operator.get(f"{WHERE}999999999/").status_code == 404
    assert operator.get(f"{WHERE}{'9' * 30}/").status_code == 404


def test_the_operator_sends_again_or_puts_aside_and_it_is_in_the_trail(operator: Client) -> None:
    (failed,) = queue("CEB621Message", state="failed")
    (waiting,) = queue("CEB622Message")
    (sent,) = queue("CEB623Message", state="sent")
    refused = operator.post(f"{WHERE}{waiting}/", {"action": "park", "reason": " "})
    assert refused.status_code == 422 and "exchange.letter.reason" in refused.content.decode()
    assert operator.post(f"{WHERE}{waiting}/", {"action": "park", "reason": "对方升级"}).status_code == 302
    assert operator.post(f"{WHERE}{failed}/", {"action": "retry", "reason": "已修复"}).status_code == 302
    operator.post(f"{WHERE}act/", {"action": "retry", "chosen": [str(sent), "x", "9" * 30]})
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT id, state FROM exchange_outbox")
        assert dict(cursor.fetchall()) == {failed: "queued", waiting: "parked", sent: "sent"}
        assert [one.letter.kind for one in outbox.due(cursor)] == ["CEB621Message"]
        (line,) = audit.trail("exchange_outbox", waiting)
    assert (line["action"], line["reason"], line["role"]) == ("letter.park", "对方升级", "operator")
    assert json.loads(json.dumps(line["before"])) and "待发送 → 已搁置 对方升级" in text(operator, f"{WHERE}{waiting}/")
    assert operator.post(f"{WHERE}act/", {"action": "retry", "chosen": [str(waiting)]}).status_code == 302
    assert "state=parked" in text(operator)


def test_why_a_letter_was_not_taken_is_said_in_the_readers_language(operator: Client) -> None:
    away = Unavailable(code="channel.dxp.away", zh="交换平台暂时不可用：3001", en="The exchange node is away: 3001")
    (number,) = queue("CEB621Message", error=outbox.reason_of(away))
    assert "channel.dxp.away: 交换平台暂时不可用：3001" in text(operator)
    assert "The exchange node is away" not in text(operator, f"{WHERE}{number}/")
    operator.cookies["django_language"] = "en"
    page = text(operator, f"{WHERE}{number}/")
    assert "channel.dxp.away: The exchange node is away: 3001" in page and "交换平台暂时不可用" not in page


def test_the_auditor_reads_and_changes_nothing(signed_in: SignedIn) -> None:
    auditor = signed_in("auditor", "audit")
    (number,) = queue("CEB621Message", state="dead")
    assert "PZCEB621Message" in text(auditor) and "重新发送" not in text(auditor)
    assert 'name="reason"' not in text(auditor, f"{WHERE}{number}/")
    assert auditor.post(f"{WHERE}{number}/", {"action": "retry"}).status_code == 403
    assert auditor.post(f"{WHERE}act/", {"action": "retry", "chosen": [str(number)]}).status_code == 403
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM exchange_outbox")
        assert cursor.fetchall() == [("dead",)]


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("ebp", "甲公司"),
        ("district_officer", "360111"),
        ("zone_officer", "zone"),
        ("customs_officer", "customs"),
        ("leader", "zone"),
    ],
)
def test_nobody_else_enters(signed_in: SignedIn, role: str, body: str) -> None:
    (number,) = queue("CEB621Message")
    other = signed_in(role, body)
    for path in (WHERE, WHERE + "export.csv", f"{WHERE}{number}/"):
        assert other.get(path).status_code == 403
    assert WHERE not in other.get("/").content.decode()


def test_the_database_shows_letters_to_nobody_else_either() -> None:
    queue("CEB621Message")
    for role, sees in (("operator", 1), ("auditor", 1), ("administrator", 1), ("zone_officer", 0), ("leader", 0)):
        with scope(Actor(kind=ZONE, role=role, unit_path="zone")), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM exchange_outbox")
            assert cursor.fetchone() == (sees,)
            cursor.execute("UPDATE exchange_outbox SET last_error = 'x'")
            assert cursor.rowcount == (1 if role in ("operator", "administrator") else 0)
