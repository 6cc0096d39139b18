"""What was used lately is counted once for many who ask, and not kept into another day."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, cast

import pytest
from django.test import Client

from pilotzone.exchange.catalogue import measures
from pilotzone.exchange.hub import uses
from pilotzone.kernel import clock
from pilotzone.portal.exchange_pages import lately
from pilotzone.portal.exchange_pages.tests.noted import LIST, asked

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
TODAY = datetime.date(2021, 3, 15)


def test_the_public_page_counts_a_resource_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for it, and it reads thirty days of queries."""
    counted, now, count = list[str](), [1000.0], uses.served
    monkeypatch.setattr(uses, "served", lambda code: counted.append(code) or count(code))
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    page, where = f"/catalogue/{LIST}/", f"/exchange/service/{LIST}/"
    asked(100)
    for _ in range(3):
        assert "100 ms" in Client().get(page).content.decode()
    assert counted == [LIST]
    asked(300)
    assert "300 ms" in signed_in("tax_officer", "tax").get(where).content.decode(), (
        "beside its queries it is counted anew"
    )
    assert "300 ms" in Client().get(page).content.decode() and len(counted) == 2
    asked(400)
    now[0] += 59
    assert "400 ms" not in Client().get(page).content.decode()
    now[0] += 2
    assert "400 ms" in Client().get(page).content.decode() and len(counted) == 3
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + datetime.timedelta(days=31))
    assert "400 ms" not in Client().get(page).content.decode(), "another day of the zone"


def test_the_catalogue_counts_what_was_used_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """List, export and every resource's page rest on one count, which reads a year of queries."""
    counted, now, count = list[int](), [1000.0], uses.measured
    monkeypatch.setattr(uses, "measured", lambda: counted.append(1) or count())
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    asked(100)
    for where in (
        "/catalogue/",
        f"/catalogue/{LIST}/",
        "/catalogue/post.items/",
        "/catalogue/export.csv",
        "/catalogue/",
    ):
        assert Client().get(where).status_code == 200
    assert len(counted) == 1
    now[0] += 59
    Client().get("/catalogue/")
    assert len(counted) == 1
    assert signed_in("tax_officer", "tax").get("/exchange/quality/").status_code == 200
    assert len(counted) == 2, "departments judge by what is counted now"
    now[0] += 61
    Client().get("/catalogue/")
    assert len(counted) == 3


def test_who_asks_while_another_counts_reads_what_was_counted_before(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, inside = [1000.0], list[dict[str, Any]]()
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    monkeypatch.setattr(uses, "measured", lambda: {"before": measures.UNUSED})
    assert set(lately.measured()) == {"before"}
    now[0] += 61
    monkeypatch.setattr(uses, "measured", lambda: inside.append(lately.measured()) or {"after": measures.UNUSED})
    assert set(lately.measured()) == {"after"} and [set(one) for one in inside] == [{"before"}]


class Between:
    """A lock that another held: in its time he kept what he had counted."""

    def __init__(self, key: str, counted: Callable[[], lately._Counted]) -> None:
        self.key, self.counted = key, counted

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        assert blocking and timeout == lately.LONGEST_WAIT_S, "nobody waits for ever"
        lately._kept[self.key].last = self.counted()
        return True

    def release(self) -> None:
        """Nobody else waits."""


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The zone stands on a day; every count of a resource is noted by its code, and is its number among them."""
    told: dict[str, list[str]] = {"counted": []}
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    monkeypatch.setattr(uses, "served", lambda code: told["counted"].append(code) or len(told["counted"]))
    return told


def held_by_another(key: str, *, day: datetime.date, before: bool) -> None:
    def counted() -> lately._Counted:
        began = monotonic() + (-1000 if before else 1000)
        return lately._Counted(began, began, day, "another's")

    lately._kept[key] = lately._Kept(counting=cast(Any, Between(key, counted)))


def test_a_count_of_one_resource_holds_up_no_other(counts: dict[str, list[str]]) -> None:
    with lately._kept.setdefault("a.one", lately._Kept()).counting:
        asking = threading.Thread(target=lately.served, args=("a.other",), daemon=True)
        asking.start()
        asking.join(30)
        assert counts["counted"] == ["a.other"]


def test_a_first_count_that_takes_long_is_not_waited_for(
    counts: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lately, "LONGEST_WAIT_S", 0.01)
    with lately._kept.setdefault("a.one", lately._Kept()).counting:
        assert cast(Any, lately.served("a.one")) == 1 and cast(Any, lately.served("a.one", anew=True)) == 2


def test_on_a_new_day_yesterdays_is_read_while_one_counts(
    counts: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast(Any, lately.served("a.one")) == 1
    monkeypatch.setattr(clock, "today", lambda: TODAY + datetime.timedelta(days=1))
    with lately._kept["a.one"].counting:
        assert cast(Any, lately.served("a.one")) == 1
    assert cast(Any, lately.served("a.one")) == 2


@pytest.mark.parametrize(
    ("yesterday", "before", "anew", "told"),
    [
        (False, True, False, "another's"),
        (True, True, False, 1),
        (False, False, True, "another's"),
        (False, True, True, 1),
    ],
)
def test_who_waited_shares_a_count_of_his_day_and_anew_one_begun_after_him(
    counts: dict[str, list[str]], yesterday: bool, before: bool, anew: bool, told: object
) -> None:
    held_by_another("a.one", day=TODAY - datetime.timedelta(days=yesterday), before=before)
    assert cast(Any, lately.served("a.one", anew=anew)) == told
