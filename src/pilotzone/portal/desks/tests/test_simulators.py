"""对方仿真: the switchboard by page and by verb – seen, set, put back; refused in a real zone and to everybody but the operator."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.test import Client

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.commands.simulate import command
from pilotzone.simulators import faults
from pilotzone.simulators.server import door

pytestmark = pytest.mark.django_db
WHERE = "/platform/simulators/"
Connection = psycopg.Connection[Any]
SignedIn = Callable[..., Client]


class Pool:
    """Lends one connection that is rolled back in the end, to one at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self._lock, self._connection.transaction():
            yield self._connection


@pytest.fixture
def counterparts(
    connect_as: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Connection]:
    """The counterparts' door of this zone, and a state folder of its own."""
    connection = connect_as("counterpart")
    connection.execute("SELECT 1")  # one transaction for all that the door does, undone in the end
    server = ThreadingHTTPServer(("127.0.0.1", 0), door(Pool(connection)))  # type: ignore[arg-type]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    yield connection
    server.shutdown()
    server.server_close()
    connection.rollback()


@pytest.fixture
def run(counterparts: Connection, firms: object) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(command, words)


def told(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_verb_lists_shows_sets_and_puts_back(run: Callable[..., Result], counterparts: Connection) -> None:
    names = [one["name"] for one in told(run("list", "--json"))]
    departments = [f"register:{name}" for name in ("samr", "customs", "tax", "safe", "police", "post", "commerce")]
    assert names == ["customs", "singlewindow", "tax", "safe", *departments, "ukey"]
    (set_,) = told(run("set", "customs", "slow=2000", "down=yes", "repeat=0.5", "reorder=yes", "review=0.3", "--json"))
    assert set_["state"] | {"slow": 2000, "down": True, "repeat": 0.5, "reorder": True, "review": 0.3} == set_["state"]
    kept = faults.read(counterparts)
    assert (kept.delay_ms, kept.down, kept.inspection) == (2000, True, faults.USUAL.inspection)
    assert "down=yes*" in run("list").stdout and "down=yes*" in run("show", "customs").stdout
    (back,) = told(run("reset", "customs", "--json"))
    assert back["state"] == back["usual"] and faults.read(counterparts) == faults.USUAL


def test_the_single_window_and_the_card_control_have_switches_of_their_own(
    run: Callable[..., Result], counterparts: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    address = os.environ["PILOTZONE_CUSTOMS_URL"]
    singlewindow.register(address, "sw-a", "123456", {"person": "demo-a"})
    told(run("set", "singlewindow", "down=yes", "--json"))
    with pytest.raises(Unavailable):
        singlewindow.sign_on(address, "sw-a", "123456")
    told(run("set", "ukey", "slow=1500", "digest=sha1", "--json"))
    assert json.loads((tmp_path / "demo" / "ukey.json").read_bytes())["slow_ms"] == 1500
    states = {one["name"]: one for one in told(run("reset", "--json"))}
    assert all(one["state"] == one["usual"] for one in states.values()) and len(states) == 12
    assert singlewindow.sign_on(address, "sw-a", "123456") == {"person": "demo-a"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "customs", "slow=soon"), "simulate.value"),
        (("set", "customs", "review=1.5"), "simulate.value"),
        (("set", "customs", "down=perhaps"), "simulate.value"),
        (("set", "customs", "slow=5", "colour=red"), "simulate.switch"),
        (("set", "ukey", "digest=md5"), "simulate.value"),
        (("set", "bank", "down=yes"), "simulate.name"),
        (("show", "firm:nobody"), "simulate.name"),
        (("reset", "bank"), "simulate.name"),
        (("set", "customs", "slow"), "SWITCH=VALUE"),
    ],
)
def test_nonsense_changes_nothing_and_exits_2(
    run: Callable[..., Result], counterparts: Connection, words: tuple[str, ...], code: str
) -> None:
    before = faults.read(counterparts)
    result = run(*words)
    assert (result.exit_code, code in result.stderr, result.stdout) == (2, True, "")
    assert faults.read(counterparts) == before


def test_a_real_zone_and_one_that_is_away_say_so(monkeypatch: pytest.MonkeyPatch, firms: object) -> None:
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "http://127.0.0.1:1")
    away = CliRunner().invoke(command, ["list"])
    assert (away.exit_code, "simulate.away" in away.stderr) == (2, True)
    monkeypatch.setattr(clock, "is_demo", lambda: False)
    real = CliRunner().invoke(command, ["set", "customs", "down=yes"])
    assert (real.exit_code, "simulate.real_zone" in real.stderr) == (1, True)


def test_the_operator_sets_and_puts_back_by_page_and_it_is_in_the_trail(
    signed_in: SignedIn, counterparts: Connection
) -> None:
    operator = signed_in("operator", "eport")
    page = operator.get(WHERE).content.decode()
    assert "海关与交换节点" in page and "电子口岸卡控件" in page and "公安部门系统" in page
    assert page.count("如常</span>") == 11  # customs asks for no payment data yet
    typed = {"slow": "10", "down": "yes", "repeat": "0", "reorder": "no", "review": "1", "inspection": "0"}
    typed |= {"hold": "60", "ask": "0", "unpaid": "0", "field": "0"}
    assert operator.post(WHERE + "customs/set/", typed).status_code == 302
    assert faults.read(counterparts).down and "已设故障或参数" in operator.get(WHERE).content.decode()
    wrong = operator.post(WHERE + "customs/set/", typed | {"review": "viel"})
    assert wrong.status_code == 422 and "simulate.value" in wrong.content.decode() and "viel" in wrong.content.decode()
    assert operator.post(WHERE + "customs/reset/").status_code == 302
    assert faults.read(counterparts) == faults.USUAL
    with scope(PLATFORM):
        assert [one["action"] for one in audit.trail("simulator", "customs")] == ["simulator.reset", "simulator.set"]


def test_the_page_says_when_nobody_answers(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PILOTZONE_CUSTOMS_URL", "http://127.0.0.1:1")
    page = signed_in("operator", "eport").get(WHERE)
    assert page.status_code == 200 and "simulate.away" in page.content.decode()


def test_nobody_else_enters_and_a_real_zone_has_no_such_page(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role, body in (
        ("auditor", "audit"),
        ("zone_officer", "zone"),
        ("ebp", "甲公司"),
        ("district_officer", "360111"),
    ):
        assert signed_in(role, body).get(WHERE).status_code == 403
    operator = signed_in("operator", "eport")
    monkeypatch.setattr(clock, "is_demo", lambda: False)
    assert operator.get(WHERE).status_code == 404 and operator.post(WHERE + "customs/reset/").status_code == 404
