"""Benches that need no database: messages, signatures, tax."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from figures import Figure, each, rate, timed
from synthetic import BUSY, messages, papers, signers, unsigned
from throwaway import PILOTZONE

from pilotzone.base.days import day_of
from pilotzone.exchange import signing
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.signing import PemSigner, sign, verify

ON = date(2021, 11, 11)


def check(runs: int) -> Iterator[Figure]:
    """`pilotzone check` as a user calls it, process start included."""
    with tempfile.TemporaryDirectory() as folder:
        keys = signers(Path(folder))
        made = papers(500, seed=1)
        for size in (100, 1):
            chosen = made
            place = Path(folder) / f"by-{size}"
            place.mkdir()
            count = 0
            for count, one in enumerate(messages(chosen, keys, size=size), start=1):
                (place / f"{count}.xml").write_bytes(one.body)
            words = [*PILOTZONE, "check", "--on", f"{ON}", str(place)]
            judged = subprocess.run(words, capture_output=True, text=True, check=False).stdout
            assert judged.count("通过 accepted") == count, judged[:2000]
            took = timed(partial(subprocess.run, words, capture_output=True, check=False), runs)
            how = f"{len(chosen):,} documents in {count} signed messages, signatures verified, process start included"
            name = f"`pilotzone check`, {size} {'documents' if size > 1 else 'document'} a message"
            yield rate(name, "documents", took, len(chosen), how)


def parsing(runs: int) -> Iterator[Figure]:
    """The parser alone, schema, code lists and rules included."""
    with tempfile.TemporaryDirectory() as folder:
        keys = signers(Path(folder))
        made = papers(400, seed=2)
        for size in (100, 1):
            bodies = [(one.body, day_of(one.at)) for one in messages(made, keys, size=size)]
            count = sum(len(parse(body, on=day).documents) for body, day in bodies)
            assert count == len(made)
            took = timed(partial(_all_parsed, bodies), runs)
            how = f"schema, code lists and rules; {count:,} documents in {len(bodies):,} messages"
            yield each(f"parse, {size} a message", "document", took, count, how)


def _all_parsed(bodies: list[tuple[bytes, date]]) -> None:
    for body, day in bodies:
        parse(body, on=day)


def _often(work: Callable[[], object], times: int) -> None:
    for _ in range(times):
        work()


def signatures(runs: int) -> Iterator[Figure]:
    """Signing and verifying a message of one order."""
    with tempfile.TemporaryDirectory() as folder:
        authority = signing.DemoAuthority(Path(folder), at=BUSY)
        ((_, order), *_) = papers(1, seed=3)
        for kind, label in (("rsa", "RSA-SHA256"), ("sm2", "SM2-SM3")):
            signer = authority.issue(order.sender.customs_code, order.sender.name, kind, at=BUSY).signer()
            yield from _of_signer(label, signer, unsigned(order), runs)


def _of_signer(label: str, signer: PemSigner, body: bytes, runs: int) -> Iterator[Figure]:
    times, done = 300, sign(body, signer)
    assert verify(done, at=BUSY).ok
    work: tuple[tuple[str, Callable[[], object]], ...] = (
        ("sign", lambda: sign(body, signer)),
        ("verify", lambda: verify(done, at=BUSY)),
    )
    for verb, one in work:
        took = timed(partial(_often, one, times), runs)
        yield each(f"{verb} {label}", "message", took, times, f"one order, {len(body):,} bytes, {times} times")


def taxing(runs: int) -> Iterator[Figure]:
    """`pilotzone tax import --json` over a file of orders."""
    chance = random.Random(4)
    lines = b"".join(_order(n, chance) for n in range(20_000))
    words = [*PILOTZONE, "tax", "import", "--json"]

    def once() -> bytes:
        return subprocess.run(words, input=lines, capture_output=True, check=False).stdout

    told = [json.loads(line) for line in once().splitlines()]
    assert len(told) == 20_000 and sum(one["total"] is not None for one in told) > 19_000
    how = "20,000 orders of 1 to 3 goods, JSON in and out, process start included"
    yield rate("`pilotzone tax import`", "orders", timed(once, runs), 20_000, how)


def _order(n: int, chance: random.Random) -> bytes:
    items = [
        {
            "qty": str(chance.randint(1, 3)),
            "unit_price": str(Decimal(chance.randint(1000, 60_000)).scaleb(-2)),
            "kind": chance.choice(("ordinary", "reduced_vat", "cosmetics", "wine")),
            "content": "30",
            "litres": "0.75",
        }
        for _ in range(chance.randint(1, 3))
    ]
    return json.dumps({"id": str(n), "on": str(ON), "freight": "10", "items": items}).encode() + b"\n"
