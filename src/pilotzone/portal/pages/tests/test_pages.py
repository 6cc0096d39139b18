"""The public pages through their addresses: no dead link, calm errors, both languages, hostile notes and cookies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.utils.translation import override
from psycopg.errors import QueryCanceled

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied
from pilotzone.kernel import clock
from pilotzone.kernel.access import middleware
from pilotzone.portal.pages import board, demonstration, errors, notices, standing, timing

pytestmark = pytest.mark.django_db
DAY = date(2021, 11, 11)


@pytest.fixture
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (notices, demonstration):
        monkeypatch.setattr(module, "home", lambda: tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def _fresh_board() -> Iterator[None]:
    """No kept figures, and no language left over from another test's request."""
    cache.clear()
    with override("zh-hans"):
        yield
    cache.clear()


def note(folder: Path, text: str) -> None:
    (folder / "run").mkdir(exist_ok=True)
    (folder / "run" / "demo.json").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("path", ["/", "/style/", "/style/?page=1000", "/style/?page=x&state=%00"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_link_of_a_page_leads_somewhere(client: Client, path: str, language: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.content.decode()
    for link in set(re.findall(r'(?:href|action)="(/[^"#?]*)', html)) - {"/style/"}:
        if not link.startswith("/static/") and f'action="{link}"' not in html:
            assert client.get(link).status_code < 400, link


def test_the_words_of_the_plan_stand_on_the_home_page(client: Client) -> None:
    html = client.get("/").content.decode()
    for word in (
        "一点接入",
        "一次提交",
        "一次查验",
        "一键跟踪",
        "一站办理",
        "数据服务",
        "政务服务",
        "特色服务",
        "公告",
    ):
        assert word in html


@pytest.mark.parametrize(("language", "planned"), [("zh-hans", "信用规划中"), ("en", "credit is planned")])
def test_what_is_not_built_is_promised_as_planned_only(client: Client, language: str, planned: str) -> None:
    client.cookies["django_language"] = language
    html = client.get("/").content.decode()
    assert planned in html and "认定、信用，一处办" not in html and "备案、信用在一处办结" not in html


def test_a_real_zone_asks_to_sign_in_where_a_demonstration_lets_one_play(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for demo, entry in ((False, "/accounts/login/"), (True, "/accounts/parties/")):
        monkeypatch.setattr(clock, "is_demo", lambda demo=demo: demo)
        ones = re.search(r'<ul class="ones".*?</ul>', client.get("/").content.decode(), re.DOTALL)
        assert ones and f'href="{entry}"' in ones[0]
        assert ("合成数据" in client.get("/").content.decode()) is demo


def test_an_english_home_page_holds_no_chinese_but_names(client: Client) -> None:
    client.cookies["django_language"] = "en"
    html = client.get("/").content.decode()
    shown = re.sub(r'lang="zh-hans">[^<]*|PilotZone 综试通', "", html)
    assert not re.findall("[\u3400-\u9fff]+", shown)


def test_the_board_is_the_tracking_rooms_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date] = []

    def told(day: date) -> dict[str, object]:
        asked.append(day)
        points = [("2021-11-11T00:00:00+08:00", 2), ("2021-11-10T17:00:00+00:00", 3)]
        return {"counters": [{"key": "released", "value": 5}], "series": [{"state": "released", "points": points}]}

    monkeypatch.setattr(board.tracking, "today_board", told)
    counters, chart = board.today(DAY)
    board.today(DAY)
    assert counters == [{"key": "released", "word": "放行", "value": 5}]
    assert (chart.series[0].values[:3], asked) == ([2, 3, 0], [DAY])
    assert board.month(DAY) == [{"key": "released", "word": "放行", "value": 55}]
    assert len(asked) == 11


def test_days_that_are_over_are_not_kept_long_while_the_demonstration_fills_them(
    state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, int] = {}
    monkeypatch.setattr(board.tracking, "today_board", lambda day: {"counters": [], "series": []})
    monkeypatch.setattr(board.cache, "set", lambda key, value, seconds: kept.update({key: seconds}))
    monkeypatch.setattr(clock, "is_demo", lambda: True)
    board.month(DAY)
    assert set(kept.values()) == {board.TODAY_SECONDS}, "it has not begun yet"
    note(state_folder, json.dumps({"done": 5, "total": 2000}))
    board.month(DAY)
    assert set(kept.values()) == {board.TODAY_SECONDS}
    note(state_folder, json.dumps({"done": 2000, "total": 2000, "finished": True}))
    board.month(DAY)
    assert sorted(set(kept.values())) == [board.TODAY_SECONDS, board.CLOSED_SECONDS]


def test_the_chart_refreshes_itself_with_the_same_shape(client: Client) -> None:
    told = client.get("/board.json").json()
    assert {"title", "categories", "series", "kind"} <= told.keys()
    assert len(told["categories"]) == 24


def test_progress_is_shown_until_the_demonstration_is_loaded(client: Client, state_folder: Path) -> None:
    assert client.get("/progress/").status_code == 286
    note(state_folder, json.dumps({"done": 500, "total": 2000, "stage": "<b>11月</b>"}))
    answer = client.get("/progress/")
    assert (answer.status_code, b"25%" in answer.content, b"<b>" in answer.content) == (200, True, False)
    assert "演示数据正在装载" in client.get("/").content.decode()
    note(state_folder, json.dumps({"done": 1990, "total": 2000, "finished": True}))
    assert client.get("/progress/").status_code == 286
    note(state_folder, json.dumps({"done": 2000, "total": 2000}))
    assert (client.get("/progress/").status_code, client.get("/progress/").content.strip()) == (286, b"")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"done": 1}', '{"done": "x", "total": 2}', "\x00"])
def test_a_half_written_progress_note_breaks_nothing(client: Client, state_folder: Path, text: str) -> None:
    note(state_folder, text)
    assert client.get("/").status_code == 200


def test_notices_in_force_are_shown_and_faulty_ones_left_out(state_folder: Path) -> None:
    (state_folder / "data").mkdir()
    (state_folder / "data" / "notices.yaml").write_text(
        """
        - {from: 2021-11-01, zh: 双十一值班安排, en: Duty on Double 11, href: /track/}
        - {from: 2021-11-11, zh: 当天, en: today, until: 2021-11-11}
        - {from: 2021-11-12, zh: 未到, en: not yet}
        - {from: 2021-10-01, zh: 过期, en: over, until: 2021-11-10}
        - {from: 2021-11-02, zh: 恶意, en: evil, href: "javascript:alert(1)"}
        - {from: 2021-11-02, zh: 外站, en: elsewhere, href: "//evil.example"}
        - {from: soon, zh: 坏日期, en: bad day}
        - just text
        """,
        encoding="utf-8",
    )
    assert [notice.zh for notice in notices.notices(DAY)] == ["当天", "双十一值班安排"]
    (state_folder / "data" / "notices.yaml").write_text("a: [", encoding="utf-8")
    assert notices.notices(DAY) == []


@pytest.mark.parametrize(
    ("target", "gone"), [("/style/", "/style/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")]
)
def test_the_theme_is_kept_and_no_other_site_is_gone_to(client: Client, target: str, gone: str) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": target})
    assert (answer.status_code, answer["Location"], answer.cookies["pz_theme"].value) == (302, gone, "dark")
    assert 'data-theme="dark"' in client.get("/style/").content.decode()
    assert client.post("/theme/", {"theme": "<x>"}).cookies["pz_theme"].value == ""
    assert client.get("/theme/").status_code == 405


def test_a_strange_theme_cookie_is_not_repeated(client: Client) -> None:
    client.cookies["pz_theme"] = "x onload=evil"
    assert "evil" not in client.get("/").content.decode()


def test_the_clock_is_the_zones(client: Client) -> None:
    told = client.get("/clock/now/").json()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", told["shown"])
    assert told["now"].endswith("+08:00")


def test_only_who_may_moves_a_demonstrations_clock(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    moves: list[dict[str, object]] = []

    def advance(**asked: object) -> datetime:
        moves.append(asked)
        return datetime(2021, 11, 12, tzinfo=SHANGHAI)

    assert client.post("/clock/", {"step": "day", "reason": "演示"}).status_code == 403
    monkeypatch.setattr(timing.doors, "require", lambda action: None)
    refused = client.post("/clock/", {"step": "day", "reason": "演示"})
    assert (refused.status_code, clock.is_demo()) == (422, False)
    monkeypatch.setattr(timing.clock, "advance", advance)
    client.post("/clock/", {"step": "day", "reason": "演示"})
    client.post("/clock/", {"to": "2021-11-12T00:00", "reason": "演示"})
    client.post("/clock/", {"to": "tomorrow", "reason": "演示"})
    assert moves == [
        {"by": timedelta(days=1), "reason": "演示"},
        {"to": datetime(2021, 11, 12, tzinfo=SHANGHAI), "reason": "演示"},
        {"reason": "演示"},
    ]


def test_a_missing_page_says_what_to_do_in_the_readers_language(client: Client) -> None:
    answer = client.get("/nobody/")
    assert (answer.status_code, "没有这个页面" in answer.content.decode()) == (404, True)
    told = client.get("/nobody/", headers={"accept": "application/json"})
    assert told["Content-Type"] == "application/problem+json"
    assert (told.json()["code"], told.json()["en"]) == ("page.not_found", "There is no such page")


def test_an_expired_form_is_calm() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert (answer.status_code, "这张表单已经过期" in answer.content.decode()) == (403, True)


def request_of(accept: str = "text/html") -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/x", headers={"accept": accept})
    request.user = AnonymousUser()
    return request


def test_a_denial_speaks_for_itself() -> None:
    problem = Denied(code="access.closed", zh="本单位无权", en="not your unit", mend_zh="找管理员", source="条例3")
    html = errors.denied(request_of(), problem).content.decode()
    assert all(part in html for part in ("access.closed", "本单位无权", "找管理员", "条例3"))
    assert json.loads(errors.denied(request_of("application/json"), problem).content)["code"] == "access.closed"


def test_errors_never_show_what_broke() -> None:
    html = errors.bad_request(request_of(), ValueError("secret detail")).content.decode()
    assert "page.bad_request" in html and "secret" not in html
    assert "/secret/path" not in errors.not_found(request_of(), Http404("/secret/path")).content.decode()


def test_the_failure_page_needs_nothing(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = errors.failed(RequestFactory().get("/x"))
    assert (answer.status_code, "page.failed" in answer.content.decode()) == (500, True)
    assert errors.failed(request_of("application/json")).status_code == 500


@pytest.mark.parametrize(
    "error", [OperationalError("the server went away"), InterfaceError("the connection is closed")]
)
def test_a_database_that_is_away_is_told_as_such_and_when_to_ask_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise error

    # who is signed in is looked up first; for everybody else the transaction is the first that needs the database
    if isinstance(error, OperationalError):
        monkeypatch.setattr(middleware, "scope", away)
    else:
        monkeypatch.setattr(middleware.ScopeMiddleware, "_actor", away)
    reader = Client(raise_request_exception=False)
    page = reader.get("/")
    told = page.content.decode()
    assert (page.status_code, page["Retry-After"]) == (503, str(errors.AGAIN_S))
    assert "page.away" in told and "数据库暂时无法使用" in told and str(error) not in told
    assert reader.get("/", headers={"Accept": "application/json"}).json()["code"] == "page.away"
    assert reader.get("/api/v1/trades").json()["code"] == "api.away"
    reader.cookies["django_language"] = "en"
    assert "The database is away for the moment" in reader.get("/").content.decode()


def test_a_statement_that_took_too_long_is_no_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise OperationalError("canceling statement") from QueryCanceled("canceling statement")

    monkeypatch.setattr(middleware, "scope", slow)
    page = Client(raise_request_exception=False).get("/")
    assert page.status_code == 500 and "page.failed" in page.content.decode()


def test_the_state_of_the_parts_is_a_page_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Client()
    reader.cookies["django_language"] = "en"
    page = reader.get("/status/")
    assert page.status_code == 200
    assert "the database answers" in page.content.decode()
    assert 'href="/status/"' in Client().get("/").content.decode()
    away = [standing.health.Check("events", False, "事件消费滞后", "event consumers are behind")]
    monkeypatch.setattr(standing.health, "checks", lambda: away)
    late = Client().get("/status/")
    assert late.status_code == 503
    assert "事件消费滞后" in late.content.decode() and "红灯" in late.content.decode()
