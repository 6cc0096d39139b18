"""A request is one transaction in the caller's name; errors leave nothing behind and say what to do."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

from pilotzone.base.errors import Denied, Gap, Refused, Unavailable
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person
from pilotzone.kernel.access.scope import current, scope
from pilotzone.portal.urls import handler400, handler403, handler404, handler500
from pilotzone.portal.urls import urlpatterns as whole

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
__all__ = ["handler400", "handler403", "handler404", "handler500"]
PHONE, TAKEN = "13800138000", "clerk"
PROBLEMS = {
    kind.__name__: kind(code=f"x.{kind.__name__.lower()}", zh="不行", en="no", source="s")
    for kind in (Denied, Refused, Gap, Unavailable)
}
BROKEN: dict[str, tuple[Any, ...]] = {
    "sql": ("SELECT 1/0",), "nul": ("SELECT %s", ["a\0b"]), "number": ("SELECT %s::bigint", ["9" * 30]),
    "jsonb": ("SELECT %s::jsonb", ['"\\u0000"']),
}  # fmt: skip


def name_of_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pz_kind() || ':' || coalesce(pz_organisation()::text, '')")
        return str(cursor.fetchone()[0])


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{current().kind} {name_of_database()}")


def write_and_fail(request: HttpRequest, how: str = "overflow") -> HttpResponse:
    Organisation.objects.create(name="half done", created_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))
    if how in BROKEN:
        connection.cursor().execute(*BROKEN[how])
    if how == "overflow":
        datetime.date.max + datetime.timedelta(days=1)
    if how == "person":
        Person.objects.create(username=TAKEN)
    raise PROBLEMS.get(how, ValueError(f"secret detail of {PHONE}"))


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> Iterator[bytes]:
        yield name_of_database().encode()

    return StreamingHttpResponse(rows())


urlpatterns = [
    path("whoami/", whoami),
    path("fail/<str:how>/", write_and_fail),
    path("plain/", write_and_fail),
    path("stream/", stream),
    *whole,
]


@pytest.fixture
def client() -> Client:
    with scope(PLATFORM):
        person = Person.objects.create(username="clerk")
        for name in ("甲", "乙"):
            firm = Organisation.objects.create(name=name, created_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC))
            appoint(person=person, role_code="ebc", organisation=firm, since=datetime.date(2021, 1, 1))
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def firm(name: str) -> int:
    return Organisation.objects.get(name=name).pk


def test_the_view_and_the_database_know_who_asks(client: Client) -> None:
    assert Client().get("/whoami/").content.decode() == "public public:"
    assert client.get("/whoami/").content.decode() == f"enterprise enterprise:{firm('甲')}"


def test_the_chosen_membership_counts_until_it_ends(client: Client) -> None:
    with scope(PLATFORM):
        second = Membership.objects.get(organisation__name="乙")
    assert client.post("/accounts/act-as/", {"membership": second.pk}).status_code == 302
    assert client.get("/whoami/").content.decode().endswith(f":{firm('乙')}")
    with scope(PLATFORM):
        Membership.objects.filter(pk=second.pk).update(valid_to=datetime.date(2021, 1, 2))
    assert client.get("/whoami/").content.decode().endswith(f":{firm('甲')}")


def test_a_stream_speaks_in_the_same_name(client: Client) -> None:
    answer: Any = client.get("/stream/")
    assert b"".join(answer.streaming_content).decode() == f"enterprise:{firm('甲')}"


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("Denied", 403),
        ("Refused", 422),
        ("Gap", 422),
        ("Unavailable", 503),
        ("crash", 500),
        ("sql", 500),
        ("nul", 400),
        ("number", 400),
        ("overflow", 400),
        ("jsonb", 400),
    ],
)
def test_an_error_leaves_nothing_half_done_and_no_traceback(client: Client, how: str, status: int) -> None:
    for accept in ("text/html", "application/json"):
        answer = client.get(f"/fail/{how}/", headers={"accept": accept})
        page = answer.content.decode()
        assert answer.status_code == status
        assert "Traceback" not in page and "secret detail" not in page and "division" not in page
    assert not Organisation.objects.filter(name="half done").exists()
    if status == 400:
        assert answer.json()["code"] == "page.bad_request"
    elif status != 500:
        assert answer.json()["code"] == f"x.{how.lower()}"


def test_who_is_not_signed_in_is_asked_to() -> None:
    answer = Client().get("/fail/Denied/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/fail/Denied/")


def test_a_database_that_is_away_is_a_calm_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("password=hunter2")

    monkeypatch.setattr("pilotzone.kernel.access.middleware.ScopeMiddleware._actor", away)
    answer = client.get("/whoami/")
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert "hunter2" not in answer.content.decode()


def test_what_broke_is_one_line_of_the_log_and_shows_no_value(client: Client, heard: io.StringIO) -> None:
    client.get("/fail/crash/")
    (line,) = [one for one in heard.getvalue().splitlines() if "crash" in one]
    told = json.loads(line)
    assert (told["level"], told["method"], told["logger"]) == ("error", "GET", "django.request")
    assert (
        "/fail/crash/" in told["event"] and "write_and_fail" in told["exception"] and "138****8000" in told["exception"]
    )
    assert PHONE not in line


def test_a_row_the_database_refused_is_not_in_the_log(client: Client, heard: io.StringIO) -> None:
    assert client.get("/fail/person/").status_code == 500
    (line,) = [one for one in heard.getvalue().splitlines() if "person" in one]
    told = json.loads(line)["exception"]
    assert "UniqueViolation" in told and "write_and_fail" in told and TAKEN not in told


def test_a_name_in_an_address_is_masked_though_django_escapes_it(client: Client, heard: io.StringIO) -> None:
    client.get("/fail/收件人：赵安邦/")
    (line,) = [one for one in heard.getvalue().splitlines() if "/fail/" in one]
    assert "赵**" in line and "安邦" not in line and "\\u5b89" not in line


def test_an_overflow_of_our_own_is_an_error_and_not_the_callers(client: Client, heard: io.StringIO) -> None:
    assert client.get("/plain/").status_code == 500
    told = [json.loads(one) for one in heard.getvalue().splitlines() if "/plain/" in one]
    assert [(one["level"], "OverflowError" in one["exception"]) for one in told] == [("error", True)]
    assert client.get("/plain/?until=9999-12-31").status_code == 400
    assert client.post("/plain/", {"until": "9999-12-31"}).status_code in (400, 403)


def test_what_cannot_be_understood_leaves_one_short_line(client: Client, heard: io.StringIO) -> None:
    client.get(f"/fail/nul/?why={'x' * 9000}")
    (line,) = [one for one in heard.getvalue().splitlines() if "/fail/nul/" in one]
    assert json.loads(line)["level"] == "warning" and "exception" not in json.loads(line) and len(line) < 500


@pytest.mark.parametrize("what", ["csrf", "RequestDataTooBig", "DisallowedHost", "SuspiciousSession"])
def test_nobody_fills_the_log_with_what_is_refused(settings: Any, what: str) -> None:
    told = settings.LOGGING["loggers"]
    kept = next(told[name] for name in (f"django.security.{what}", "django.security") if name in told)
    assert kept == {"handlers": ["nowhere"], "propagate": False}


def test_the_processes_keep_what_broke(settings: Any) -> None:
    assert settings.LOGGING["root"]["handlers"] == ["lines"], (
        "without a handler a page that broke leaves no line at all"
    )
