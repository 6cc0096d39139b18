"""The contract test of a connector, for whoever writes one: fixtures → parse → reconcile → status → message, and a sync.

A fixture is `fixtures/NAME.yaml`: `body` the page as the marketplace sends it (text), optional `headers`, `details`
(number → list of bodies), and `expect`, a list of {number, outcome, currency, total, lines, why?} and whatever else of
the record is to be looked at; `why` is the code that holds the order. `settings` gives what the connector needs; without it every setting is its key.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Problem
from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.contract import READY, Connector, load
from pilotzone.exchange.connectors.kinds import Kind
from pilotzone.exchange.connectors.message import Firm, message_of
from pilotzone.exchange.connectors.simulated import BEGAN, Chaos, World
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import READABLE, Sync, judge
from pilotzone.exchange.formats.check import check as check_message

AT = datetime(2026, 3, 10, 8, tzinfo=UTC)
FIRM = Firm(
    ebp_code="36019600EP", ebp_name="演示平台有限公司", ebc_code="36019600EC", ebc_name="演示电商有限公司",
    cop_code="36019600EC", cop_name="演示电商有限公司", dxp_id="DXPENT0000000001", unit="011",
    logistics_code="36019600LG", logistics_name="演示物流有限公司", pay_code="36019600PY", pay_name="演示支付有限公司",
)  # fmt: skip
DAYS, COUNT = 2, 25


@dataclass(frozen=True)
class Check:
    """One step: `what` was tried, `wrong` says what fails, empty where nothing does."""

    what: str
    wrong: str = ""


def check(name_or_folder: str | Path) -> Iterator[Check]:
    """Every step in order; a connector that cannot be loaded has this one step."""
    try:
        connector = load(name_or_folder)
    except Problem as problem:
        yield Check("load", f"{problem.code}: {problem.en}")
        return
    yield Check(f"load {connector.name}", "" if connector.statuses else "statuses.yaml maps no status")
    fixtures = sorted((connector.folder / "fixtures").glob("*.yaml"))
    yield Check("fixtures", "" if fixtures else "fixtures/ holds no .yaml file")
    for path in fixtures:
        yield from _fixture(connector, path)
    if connector.simulator is None:
        yield Check("simulator", "there is no simulator.py: rounds, repeats and missing pages are not tried")
        return
    yield _run("simulator: a round and its days", lambda: _sync(connector, chaos=False))
    yield _run("simulator: troubles, two rounds", lambda: _sync(connector, chaos=True))


def _fixture(connector: Connector, path: Path) -> Iterator[Check]:
    what = f"fixture {path.name}"
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
        answer = Answer(200, told["body"].encode(), told.get("headers") or {})
        expected = {str(one["number"]): one for one in told["expect"]}
        orders = connector.do.orders(answer)
    except (OSError, yaml.YAMLError, Problem, *READABLE) as broken:
        yield Check(what, f"{type(broken).__name__}: {broken}")
        return
    found: dict[str, Any] = {}
    for raw in orders:
        number = str(connector.do.key(raw))
        details = (told.get("details") or {}).get(number)
        found[number] = connector.do.with_details(raw, [Answer(200, d.encode()) for d in details]) if details else raw
    missing, more = set(expected) - set(found), set(found) - set(expected)
    yield Check(
        what, "; ".join(f"{word} {sorted(ones)}" for word, ones in (("lacks", missing), ("more", more)) if ones)
    )
    for number in sorted(set(expected) & set(found)):
        yield _run(f"{what}: {number}", lambda n=number: _order(connector, found[n], expected[n]))


def _order(connector: Connector, raw: Any, expected: dict[str, Any]) -> str:
    entry, reason = judge(connector, raw, {}, AT)
    told: dict[str, Any] = {"outcome": entry.outcome, "why": entry.why}
    if entry.sale is not None:
        told = {**entry.sale, **told, "lines": len(entry.sale.get("lines", ()))}
    wanted = {"why": "", **{key: value for key, value in expected.items() if key != "number"}}
    differing = [
        f"{key}: expected {wanted[key]}, found {told.get(key)}" for key in wanted if wanted[key] != told.get(key)
    ]
    if differing:
        said = f" ({reason.en})" if reason else ""
        return "; ".join(differing) + said
    return _messages(connector.kind, entry.sale) if entry.outcome == READY and entry.sale else ""


def _messages(kind: Kind, plain: dict[str, Any]) -> str:
    """Whether every message of a record is one customs' format accepts."""
    errors = []
    for declared in kind.declares(kind.of(plain)):
        _, raw = message_of([declared.make(FIRM, AT)], FIRM, at=AT)
        errors += [one.code for one in check_message(raw, on=AT.date()).errors if not one.code.startswith("signature.")]
    return f"message: {errors}" if errors else ""


def _sync(connector: Connector, *, chaos: bool) -> str:
    simulator = connector.simulator
    assert simulator is not None
    world = World.of(COUNT, seed=7, status=simulator.PAID, days=DAYS, size=6)
    given = {one.key: (one.default if one.default is not None else one.key) for one in connector.do.SETTINGS}
    given |= {"page_size": "6"} if "page_size" in given else {}
    given |= {"url": "https://market.example"} if "url" in given else {}
    given |= {"token": world.token} if "token" in given else {}
    trouble = Chaos(world, simulator.answer, seed=7)

    def transport(request: Request) -> Answer:
        answer: Answer = trouble(request) if chaos else simulator.answer(request, world)
        return answer

    with tempfile.TemporaryDirectory() as folder:
        sync = Sync(connector, given, Store(Path(folder)), transport, now=lambda: world.now, wait=lambda seconds: None)
        for calm in (False, True):
            trouble.calm = calm
            sync.round()
            days = [sync.reconcile(day) for day in _days()]
        known = {entry.number: entry.total for entry in sync.store}
    real = {number: sale.total for number, sale in world.orders.items()}
    if known != real:
        wrong = sorted(number for number in known.keys() | real.keys() if known.get(number) != real.get(number))
        return f"differs from the marketplace in {wrong[:5]}"
    return "".join(f"{told.day}: ours {told.ours}, theirs {told.theirs}; " for told in days if not told.agree)


def _days() -> list[date]:
    return [(BEGAN + timedelta(days=number)).date() for number in range(DAYS)]


def _run(what: str, step: Any) -> Check:
    try:
        return Check(what, step())
    except (Problem, *READABLE) as broken:
        said = f"{broken.code}: {broken.en}" if isinstance(broken, Problem) else f"{type(broken).__name__}: {broken}"
        return Check(what, said)
