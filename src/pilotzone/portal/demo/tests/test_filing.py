"""The demonstration's firms file by the real path and stop where the demonstration wants them to."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from pilotzone.exchange.channels import registers as channel
from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.demo import filing
from pilotzone.portal.demo.firms import Firm, everyone
from pilotzone.rooms.registry import api
from pilotzone.simulators.registers import BOOKS

pytestmark = pytest.mark.django_db
NUMBERS = (1, 11, 21, 31, 41, 51, 61, 100, 113, 114, 115, 131, 147)


class Books:
    """The simulated registers without their HTTP: what was entered, told by each register's own rule."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def enter(self, url: str, register: str, rows: list[dict[str, Any]]) -> None:
        self.rows |= {(register, one["uscc"]): one["data"] for one in rows}

    def look_up(self, url: str, register: str, code: str, ticket: str = "") -> channel.Answer:
        told = BOOKS[register].tell(self.rows[register, code], verified=bool(ticket))
        return channel.Answer(register, code, channel._facts(register, {"data": told}), "1")

    def by_licence(self, url: str, code: str, account: str, secret: str) -> channel.Proven:
        holder = self.rows["samr", code]["HOLDERS"][0]
        assert (holder["account"], holder["code"]) == (account, secret)
        return channel.Proven(code, holder["name"], holder["capacity"], "ticket")


@pytest.fixture
def firms(monkeypatch: pytest.MonkeyPatch) -> list[Firm]:
    books = Books()
    for name in ("enter", "look_up", "by_licence"):
        monkeypatch.setattr(channel, name, getattr(books, name))
    monkeypatch.setattr(singlewindow, "register", lambda *told: None)
    now = datetime.datetime(2021, 12, 30, 8, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    chosen = [firm for firm in everyone() if firm.number in NUMBERS]
    with scope(PLATFORM):
        load_units()
        filing.make_known("")
        for firm in chosen:
            Organisation.objects.create(
                name=firm.name, uscc=firm.uscc, customs_code=firm.customs_code, dxp_id=firm.dxp_id, roles=[firm.role],
                synthetic=True, created_at=now,
            )  # fmt: skip
    return chosen


def test_every_kind_of_firm_is_filed_and_some_wait_at_a_desk(firms: list[Firm]) -> None:
    assert filing.file_all(filing.first_ones()) == len(firms)
    assert filing.file_all(firms) == 0  # twice changes nothing
    with scope(PLATFORM):
        states = {one["uscc"]: one["state"] for one in api.filings(api.Wanted(), page=1, size=100)["rows"]}
        assert [states[firm.uscc] for firm in firms] == [filing.STOPS.get(firm.number, "valid") for firm in firms]
        dxp = {one.uscc: one.dxp_id for one in Organisation.objects.all()}
    assert all(dxp[firm.uscc] == firm.dxp_id for firm in firms)
