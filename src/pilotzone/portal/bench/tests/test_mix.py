"""The load: believable, signed, the same for the same seed, and broken only where it is meant to be."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.signing import verify
from pilotzone.portal.bench.buyers import buyer
from pilotzone.portal.bench.mix import LAG, Load, Mix
from pilotzone.portal.bench.papers import LIST, ORDER, PAPERS
from pilotzone.portal.bench.stream import REQUEST, lists, prepared

# what must be unique over all days: a message's number and the keys of documents
NUMBER = re.compile(rb'guid="[^"]+|<ceb:(?:guid|orderNo|payTransactionId|logisticsNo|copNo)>[^<]+')
AT = datetime(2021, 12, 30, 15, 0, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("load")


@pytest.mark.parametrize(("batch", "kind"), [(100, "rsa"), (1, "sm2")])
def test_a_load_is_signed_and_follows_the_schema(cache: Path, batch: int, kind: str) -> None:
    made = prepared(cache, Load(30, batch, kind, 1, AT), 1)
    body, rows = made.body(0).read_bytes(), made.rows(0)
    assert made.documents == sum(row.documents for row in rows) >= 120
    assert sorted(set(lists(rows))) == list(range(30))
    flawed = 0
    for row in rows:
        head, _, xml = body[row.offset : row.offset + row.length].partition(b"\r\n\r\n")
        assert head.startswith(REQUEST.partition("{")[0].encode()[:20])
        assert verify(xml, at=datetime.now(UTC)).way == "raw"
        told = parse(xml, on=AT.date())
        assert (told.name, len(told.documents)) == (PAPERS[row.kind], row.documents)
        flawed += sum(bool(document.findings) for document in told.documents)
    assert flawed <= 3
    assert not prepared(cache, Load(30, batch, kind, 1, AT), 1).fresh


def test_shares_of_what_goes_wrong_are_as_named(cache: Path) -> None:
    load = Load(2000, 100, "rsa", 3, AT)
    prepared(cache, load, 1)
    frames = list(Mix(load, cache / "keys", 0, 1, wall=datetime.now(UTC)).frames())
    again = list(Mix(load, cache / "keys", 0, 1, wall=datetime.now(UTC)).frames())
    assert [frame.body for frame in frames] == [frame.body for frame in again]
    counts = Counter(frame.message for frame in frames if not frame.repeated)
    assert set(counts) == set(PAPERS)
    assert set(counts.values()) == {20}
    places = {(frame.message, frame.block): n for n, frame in reversed(list(enumerate(frames)))}
    early = sum(places[LIST, block] < places[ORDER, block] for block in range(20))
    assert early <= 5
    assert LAG > 20  # lists of blocks in order come after all orders here
    shorts = sum(frame.body.count(b"<ceb:currency>999</ceb:currency>") for frame in frames if not frame.repeated)
    assert 0 < shorts < 60


def test_loads_of_two_days_share_no_number(cache: Path) -> None:
    loads = [Load(20, 100, "rsa", 1, at) for at in (AT, AT - timedelta(days=1))]
    prepared(cache, loads[0], 1)
    taken = []
    for load in loads:
        frames = list(Mix(load, cache / "keys", 0, 1, wall=datetime.now(UTC)).frames())
        taken.append({one for frame in frames for one in NUMBER.findall(frame.body)})
    assert len(taken[0]) > 100
    assert not taken[0] & taken[1]


def test_buyers_are_all_different_and_of_the_right_form() -> None:
    from pilotzone.base.ids import ric

    documents = {buyer(number).document for number in range(0, 220_000, 7)}
    assert len(documents) == len(range(0, 220_000, 7))
    assert all(ric.is_valid(one) for one in list(documents)[:50])
