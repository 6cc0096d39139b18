"""Signing in by the simulated single window: whom it names comes in, strangers do not, and its absence is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import singlewindow as channel
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.demo import signon

pytestmark = pytest.mark.django_db
WHERE = "/accounts/single-window/"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Lets the single window answer: a dict, or a Problem to raise."""
    monkeypatch.setenv("PILOTZONE_SINGLEWINDOW_URL", "http://single.window")

    def answer(what: Any) -> None:
        def told(url: str, account: str, code: str) -> dict[str, Any]:
            if isinstance(what, Exception):
                raise what
            return dict(what)

        monkeypatch.setattr(channel, "sign_on", told)

    return answer


@pytest.fixture
def demo() -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
        load_units()


def enter(client: Client, **given: str) -> Any:
    return client.post(WHERE, {"account": "sw-county", "code": "123456", **given})


def test_the_login_page_leads_there_and_shows_whom_to_try(demo: None) -> None:
    assert WHERE in Client().get("/accounts/login/").content.decode()
    page = Client().get(WHERE).content.decode()
    assert "sw-seller" in page and signon.code_of("seller") in page


def test_whom_it_names_is_signed_in(demo: None, answered: Callable[[Any], None]) -> None:
    answered({"person": "demo-county", "name": "演示"})
    client = Client()
    assert enter(client).status_code == 302
    with scope(PLATFORM):
        assert client.session["_auth_user_id"] == str(Person.objects.get(username="demo-county").pk)


@pytest.mark.parametrize("person", ["demo-nobody", "admin", "county", "", None])
def test_a_stranger_stays_outside_and_nothing_is_made(
    demo: None, answered: Callable[[Any], None], person: str | None
) -> None:
    with scope(PLATFORM):
        Person.objects.create_user("admin", password="a-long-passphrase-7")
        before = Person.objects.count()
    answered({"person": person})
    client = Client()
    answer = enter(client)
    assert (answer.status_code, "没有您的账号" in answer.content.decode()) == (422, True)
    assert "_auth_user_id" not in client.session
    with scope(PLATFORM):
        assert Person.objects.count() == before


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Refused(code="channel.signon.refused", zh="动态码不正确", en="x"), 422),
        (Unavailable(code="channel.signon.away", zh="暂时不可用", en="x"), 503),
    ],
)
def test_what_the_single_window_says_is_said_on_the_form(
    demo: None, answered: Callable[[Any], None], problem: Any, status: int
) -> None:
    answered(problem)
    client = Client()
    answer = enter(client)
    assert answer.status_code == status
    assert problem.zh in answer.content.decode() and 'value="sw-county"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_without_a_connected_single_window_the_form_says_so(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PILOTZONE_SINGLEWINDOW_URL", raising=False)
    assert enter(Client()).status_code == 503
    assert enter(Client(), account="", code="").status_code == 422
    assert enter(Client(), account="x" * 101).status_code == 422


def test_a_real_zone_has_no_simulated_sign_on(answered: Callable[[Any], None]) -> None:
    with scope(PLATFORM):
        clock.found(demo=False)
    answered({"person": "demo-county"})
    assert WHERE not in Client().get("/accounts/login/").content.decode()
    assert enter(Client()).status_code == 403


def test_every_party_has_an_account_of_its_own() -> None:
    told = signon.accounts()
    assert len({account for account, *_ in told}) == len(told) >= 19
    assert all(code.isdigit() and len(code) == 6 for _, code, _ in told)
