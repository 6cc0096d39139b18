"""A change that is committed late, after another of the same firm that was numbered after it: who writes over it is told all the same."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import Registration, SixFields
from pilotzone.rooms.tax.tests.exporting import JUNE, Exporter, Released, refused

PATIENCE_S = 60
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")
FIRST = date(2021, 1, 1)


@pytest.fixture
def firm(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Exporter]:
    """A firm in a database of its own, where everything is committed and threads see it."""
    name = fresh_database("pz_marks_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connections.close_all()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", name)
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    with django_db_blocker.unblock():
        yield Exporter(released, profile=False)
        connections.close_all()


@contextmanager
def written_not_committed(who: Actor, act: Callable[[], Any]) -> Iterator[None]:
    """Somebody has done this in a transaction that ends with the block."""
    written, end = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with scope(who):
                act()
                written.set()
                assert end.wait(PATIENCE_S)
        except BaseException as problem:
            failed.append(problem)
            written.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert written.wait(PATIENCE_S)
        yield
    finally:
        end.set()
        thread.join(PATIENCE_S)
    assert not failed, failed


def test_a_late_registration_of_a_line_is_told(firm: Exporter) -> None:
    def line(name: str, invoice: str) -> Registration:
        return Registration(
            f"{name}{firm.run}", 1, SixFields(date(2021, 6, 18), "针织T恤衫", "011", Decimal(2), Decimal(59), Decimal(118)),
            voucher="special", invoice_no=invoice, invoice_amount=Decimal("100.00"),
        )  # fmt: skip

    with scope(firm.actor):
        api.register_exports([line("A", "P-1"), line("B", "P-1")], at=JUNE)
    with written_not_committed(firm.actor, lambda: api.register_exports([line("A", "P-2")], at=JUNE)):
        with scope(firm.actor):
            api.register_exports([line("B", "P-2")], at=JUNE)
        with scope(firm.actor):
            shown = api.export_line_mark(f"A{firm.run}", 1)
    with scope(firm.actor), refused("kernel.record.moved"):
        api.register_exports([line("A", "P-3")], at=JUNE, version=shown)


def test_a_late_correction_of_a_paper_is_told(firm: Exporter) -> None:
    paper: dict[str, Any] = {
        "organisation": firm.firm, "kind": "bank_letter", "amount": Decimal("100.00"), "valid_from": FIRST, "at": JUNE,
    }  # fmt: skip

    def right(number: str, day: int, **more: Any) -> Any:
        return api.correct(**paper, number=number, valid_to=date(2021, 12, day), reason="更正", **more)

    with scope(CUSTOMS):
        for number in ("保函-1", "保函-2"):
            api.lodge(**paper, number=number)
    with written_not_committed(CUSTOMS, lambda: right("保函-1", 1)):
        with scope(CUSTOMS):
            right("保函-2", 1)
        with scope(PLATFORM):
            shown = {one["number"]: one["version"] for one in api.papers(firm.firm, on=FIRST)}
    with scope(CUSTOMS):
        with refused("kernel.record.moved"):
            right("保函-1", 2, version=shown["保函-1"])
        right("保函-2", 3, version=shown["保函-2"])
