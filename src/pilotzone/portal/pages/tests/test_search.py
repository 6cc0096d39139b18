"""One box finds trades, goods, parameters and enterprises, and says what to try when there is nothing."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api as tracking

pytestmark = pytest.mark.django_db


def page(client: Client, typed: str) -> str:
    answer = client.get("/search/", {"q": typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_known_number_goes_to_its_timeline(client: Client) -> None:
    with scope(PLATFORM):
        tracking.read_in([
            {"trade": 9, "at": "2021-06-18T10:00:00+08:00", "flow": "I", "mode": "9610", "state": "waiting",
             "holder": "pay", "code": "c", "zh": "等待", "en": "waiting", "numbers": {"orderNo": "FIND-9"}, "parties": []}
        ])  # fmt: skip
    answer = client.get("/search/", {"q": "FIND-9"})
    assert (answer.status_code, answer["Location"]) == (302, "/track/?q=FIND-9")


@pytest.mark.parametrize("typed", ["2204", "2204.21", "葡萄酿造"])
def test_goods_by_number_and_by_name(client: Client, typed: str) -> None:
    assert "2204210000" in page(client, typed)


def test_parameters_by_name_and_document(client: Client) -> None:
    assert "import.limit.single" in page(client, "单次交易限值")
    assert "import.limit.annual" in page(client, "财关税")


def test_enterprises_by_name(client: Client) -> None:
    with scope(PLATFORM):
        Organisation.objects.create(
            name="（演示）查得到公司",
            customs_code="3601977777",
            created_at=datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC),
        )
    assert "（演示）查得到公司" in page(client, "查得到")
    assert "（演示）查得到公司" in page(client, "3601977777")


@pytest.mark.parametrize("typed", ["绝无此物", "<script>alert(1)</script>", "%", "绝\x00无此物"])
def test_nothing_found_says_what_to_try_and_echoes_safely(client: Client, typed: str) -> None:
    shown = page(client, typed)
    assert "没有找到" in shown
    assert "<script>alert" not in shown
