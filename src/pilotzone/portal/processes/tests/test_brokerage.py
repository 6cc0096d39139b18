"""`pilotzone doctor` on message brokers: the address, the way in, the queues, each with its mend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pilotzone.portal.processes import brokerage, diagnosis, premises
from pilotzone.simulators.broker import queues, state
from pilotzone.simulators.tests.brokers import Connection, Running, message

SETTINGS = (
    *brokerage.SETTINGS, "PILOTZONE_DXP_ID", "DATABASE_URL",
    *(f"PILOTZONE_AMQP_{name}" for name in ("USER", "PASSWORD", "CA", "IN", "OUT", "ANSWERS")),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))


@pytest.fixture
def broker(connect_as: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")
    running = Running(connection)
    for name in brokerage.SETTINGS:
        monkeypatch.setenv(name, f"amqp://127.0.0.1:{running.port}/")
    yield running
    running.stop()
    connection.rollback()


@pytest.mark.parametrize(
    ("name", "url", "why"),
    [
        ("PILOTZONE_FIRMS_URL", "http://firms.example/", "none of amqp, amqps"),
        ("PILOTZONE_FIRMS_URL", "amqp://u:secret@broker/", "without user name and password"),
        ("PILOTZONE_FIRMS_URL", "amqp://broker:port/", "without user name and password"),
        ("PILOTZONE_CUSTOMS_URL", "amqps://", "without user name and password"),
        ("PILOTZONE_CUSTOMS_URL", "ftp://secret@customs", "none of http, https, amqp, amqps"),
        ("PILOTZONE_CUSTOMS_URL", "customs.example", "none of http"),
    ],
)
def test_an_address_that_is_none_is_told_without_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, why: str
) -> None:
    monkeypatch.setenv(name, url)
    ((zh, en),) = premises.faults()
    assert why in en and name in zh and "secret" not in zh + en
    assert [one.code for one in diagnosis.findings()] == ["doctor.setting_wrong"]


@pytest.mark.parametrize("url", ["https://customs.example/dxp", "amqps://customs.example/vhost", ""])
def test_an_address_of_use_is_not_complained_about(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", url)
    assert list(premises.faults()) == []


def told() -> list[tuple[str, str]]:
    return [(one.what, one.en.partition(":")[0].removeprefix("PILOTZONE_")) for one in brokerage.looked_at()]


def test_a_broker_that_lets_us_in_with_every_queue_is_in_order_and_nothing_is_taken(broker: Running) -> None:
    broker.client(out="{receiver}_IN").send(message(1))
    assert told() == []
    assert queues.waiting(broker.connection, "DXPENT0036000000_IN") == 1


def test_each_fault_has_its_code_its_setting_and_its_mend(broker: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_settings(**changes: str) -> list[tuple[str, str]]:
        with monkeypatch.context() as patched:
            for name, value in changes.items():
                patched.setenv(f"PILOTZONE_{name}", value)
            return told()

    twice = ("CUSTOMS_URL", "FIRMS_URL")
    assert with_settings(AMQP_PASSWORD="wrong") == [("login", one) for one in twice]
    assert with_settings(AMQP_IN="NOWHERE") == [("queue", "FIRMS_URL")]
    assert with_settings(AMQP_OUT="TO_{receiver}") == [("queue", "CUSTOMS_URL")] * 2
    assert with_settings(AMQP_OUT="{type}_OF_CUSTOMS") == []  # by kind of message: nobody knows which are wanted
    assert with_settings(AMQP_ANSWERS="{other}") == [("queue", one) for one in twice]
    assert with_settings(FIRMS_URL=f"amqps://127.0.0.1:{broker.port}/") == [("tls", "FIRMS_URL")]
    assert with_settings(FIRMS_URL="amqps://127.0.0.1/", AMQP_CA="/nowhere.pem") == [("file", "FIRMS_URL")]
    broker.behave(down=True)
    found = [one for one in diagnosis.findings() if one.code.startswith("doctor.broker")]
    assert [one.code for one in found] == ["doctor.broker_away"] * 2
    assert "start the broker" in found[1].mend and "PILOTZONE_FIRMS_URL" in found[1].mend


def test_a_look_needs_no_right_to_read(broker: Running) -> None:
    broker.door.broker.rights["guest"] = state.Rights(read="^$", write="^$")
    assert told() == []


def test_every_mend_names_what_it_is_of() -> None:
    for zh, en in brokerage.MENDS.values():
        assert zh.format(setting="X") and en.format(setting="X")
