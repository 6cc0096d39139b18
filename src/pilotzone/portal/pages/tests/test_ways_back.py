"""What who opens a form's own address sees: a page of the portal that leads on."""

from __future__ import annotations

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone(db: None) -> None:
    with scope(PLATFORM):
        clock.found(demo=True)


@pytest.mark.parametrize(
    ("language", "says", "back"),
    [
        ("zh-hans", "这个地址不能这样打开", "返回上一级页面"),
        ("en", "This address cannot be opened this way", "Back to the page above"),
    ],
)
def test_who_opens_a_forms_own_address_is_led_on(zone: None, language: str, says: str, back: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    for where, above in (
        ("/services/cases/12/return/", "/services/cases/12/"),
        ("/enterprise/submit/history/", "/enterprise/submit/"),
        ("/accounts/parties/seller/", "/accounts/parties/"),
        ("/theme/", ""),
    ):
        answer = client.get(where)
        page = answer.content.decode()
        assert (answer.status_code, answer["Allow"]) == (405, "POST") and says in page and "page.method" in page, where
        assert (f'<a class="button primary" href="{above}">{back}</a>' in page) == bool(above), where
    assert 'href="/style/">' in client.post("/style/").content.decode(), "a page that takes no form leads to itself"


def test_a_program_that_opens_it_is_told_as_data(zone: None) -> None:
    answer = Client().get("/theme/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer["Allow"]) == (405, "page.method", "POST")
    told = Client().get("/api/v1/exchange/query/samr.persons")
    assert (told.status_code, told.json()["code"], told["Allow"]) == (405, "api.method", "POST")
