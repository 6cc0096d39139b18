"""`pilotzone bench`: what the platform takes on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click


@click.group("bench")
def command() -> None:
    """Measure the platform on this machine, in a throw-away zone; the zone you work in is not touched."""


@command.command("intake")
@click.option("--seconds", default=60.0, show_default=True, type=click.FloatRange(0.5, 3600), help="How long to send.")
@click.option("--batch", default="100", show_default=True, type=click.Choice(["100", "1"]), help="Documents a message.")
@click.option("--alg", default="rsa", show_default=True, type=click.Choice(["rsa", "sm2"]), help="Signature.")
@click.option("--rows", default=0, show_default=True, type=click.IntRange(0), help="Lists in the tables before.")
@click.option("--baseline", is_flag=True, help="Measure the ordinary way too: a view, a request, a transaction.")
@click.option(
    "--expect", default=0, help="Trades a second to prepare messages for (default: twice what such a machine takes)."
)
@click.option("--trades", default=0, help="Prepare exactly so many trades and end when they are sent.")
@click.option("--workers", default=0, help="Worker processes (default: one a core).")
@click.option("--ordinary", is_flag=True, hidden=True, help="The baseline alone.")
@click.option("--profile", type=click.Path(path_type=Path), help="A folder for py-spy's samples of worker and intake.")
@click.option("--seed", default=1, show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), help="Where signed messages are kept for the next run.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def intake(
    seconds: float, batch: str, alg: str, rows: int, baseline: bool, ordinary: bool, expect: int, trades: int, workers: int, seed: int,
    profile: Path | None, cache: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Trades a second, with every check on, PostgreSQL and the senders of the load on the same machine.

    Messages are made and signed before the clock starts and kept for the next run. A trade (order, payment, waybill,
    list) counts when its list is finally decided and the receipt can be fetched. Nothing is carried to customs: letters
    end in the outbox. Exit 1 where something was lost, doubled or not answered.
    """
    from pilotzone.portal.bench import pace
    from pilotzone.portal.bench.flood import Order, run
    from pilotzone.portal.bench.zone import zone

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    order = Order(
        seconds=seconds, batch=int(batch), algorithm=alg, rows=rows, seed=seed,
        expect=expect or pace.expected(int(batch), alg), trades=trades,
        workers=workers, ordinary=ordinary, profile=profile, cache=_cache(cache),
    )  # fmt: skip
    processes = workers or os.cpu_count() or 1
    without = ("intake", *(f"worker-{n}" for n in range(1, processes + 1))) if ordinary else ()
    with zone(workers=processes, without=without) as one:
        told = run(order, one, _say)
    if baseline:
        other = _ordinary(order)
        told["baseline_trades_per_s"], told["baseline"] = other["trades_per_s"], other
        told["ratio"] = round(told["trades_per_s"] / max(0.001, other["trades_per_s"]), 2)
    _tell(told, as_json=as_json)
    sys.exit(int(_wrong(told)))


@command.command("bulkhead")
@click.option("--seconds", default=10.0, show_default=True, type=click.FloatRange(0.5, 600), help="Of each turn.")
@click.option("--pairs", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--asks", default=500, show_default=True, help="Look-ups a second in a busy turn (5 are normal).")
@click.option("--batch", default="1", show_default=True, type=click.Choice(["100", "1"]), help="Documents a message.")
@click.option(
    "--expect", default=0, help="Trades a second to prepare messages for (default: twice what such a machine takes)."
)
@click.option("--cache", type=click.Path(path_type=Path), help="Where signed messages are kept for the next run.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def bulkhead(
    seconds: float, pairs: int, asks: int, batch: str, expect: int, cache: Path | None, as_json: bool
) -> None:  # fmt: skip
    """How much look-ups at the portal move the intake's acknowledgement (99th percentile, at half load)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    from pilotzone.portal.bench.flood import Order
    from pilotzone.portal.bench.zone import zone

    order = Order(seconds=seconds, batch=int(batch), expect=expect, cache=_cache(cache))
    with zone(workers=os.cpu_count() or 1, web=True) as one:
        one.enter()
        from pilotzone.portal.bench.bulkhead import run

        told = run(order, one, _say, pairs=pairs, asks=asks)
    _tell(told, as_json=as_json)


@command.command("filings")
@click.option("--firms", default=600, show_default=True, type=click.IntRange(1, 5000), help="Rows of the file.")
@click.option(
    "--wrong", default=30, show_default=True, type=click.IntRange(0, 1000), help="Faulty rows planted among them."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def filings(firms: int, wrong: int, as_json: bool) -> None:
    """How long a county's file of filings takes, and whether every planted fault is found in its row. Exit 1 where not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    from pilotzone.portal.bench.zone import zone

    with zone(workers=1) as one:
        one.start()
        one.enter()
        from pilotzone.portal.bench.filings import run

        told = run(firms, wrong)
    _tell(told, as_json=as_json)
    sys.exit(int(bool(told["missed"])))


@command.command("hub")
@click.option(
    "--messages", default=20_000, show_default=True, type=click.IntRange(2, 1_000_000), help="Signed messages."
)
@click.option("--batch", default=200, show_default=True, type=click.IntRange(1, 1000), help="Messages a call.")
@click.option("--alg", default="rsa", show_default=True, type=click.Choice(["rsa", "sm2"]), help="Signature.")
@click.option("--relay", default=0, show_default=True, help="So many messages the ordinary way too, one by one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as data.")
def hub(messages: int, batch: int, alg: str, relay: int, as_json: bool) -> None:
    """Signed messages a second between departments, from the sender's call to the receiver's acknowledgement.

    Messages are signed before the clock starts, which has to be over within five minutes. Exit 1 where one was lost,
    doubled, out of its key's order or refused, or where the chained log does not hold.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    os.environ["PILOTZONE_API_PACE"] = "1000000"  # the brake is not what is measured
    from pilotzone.portal.bench.zone import zone

    with zone(workers=1, web=True, without=("intake", "worker-1")) as one:
        one.start()
        one.enter()
        from pilotzone.portal.bench.hub import Order, run

        told = run(Order(messages, batch, alg, relay), one, _say)
    _tell(told, as_json=as_json)
    wrong = ("lost", "duplicated", "out_of_order", "refused", "chain_broken", "relay_lost")
    sys.exit(int(any(told.get(name) for name in wrong)))


def _cache(asked: Path | None) -> Path:
    return asked or Path(tempfile.gettempdir()) / "pilotzone-bench"


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    for key, value in told.items():
        print(f"{key:24} {value}")


def _ordinary(order: Any) -> dict[str, Any]:
    """The same load in another zone, the ordinary way; in a process of its own, as Django is set up once in each."""
    words = ["bench", "intake", "--ordinary", "--json", "--seconds", str(order.seconds), "--batch", str(order.batch)]
    words += ["--alg", order.algorithm, "--rows", str(order.rows), "--seed", str(order.seed)]
    words += ["--expect", str(order.expect), "--trades", str(order.trades), "--cache", str(order.cache)]
    program = [sys.executable, "-c", "from pilotzone.portal.cli import main; main()"]
    done = subprocess.run([*program, *words], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
    if not done.stdout:
        raise SystemExit("the baseline could not be measured")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _wrong(told: dict[str, Any]) -> bool:
    return bool(told["lost"] or told["duplicated"] or told["unreceipted"] or told["not_taken"])


def _say(text: str) -> None:
    click.echo(text, err=True)
