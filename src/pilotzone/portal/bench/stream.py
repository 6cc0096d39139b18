"""The load on disk: one file of whole HTTP requests a stream and an index beside it; made once for equal loads.

Index row: offset, length, block, first trade, documents, kind (place in PAPERS), repeated.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pilotzone.exchange.signing import DemoAuthority
from pilotzone.portal.bench import firms
from pilotzone.portal.bench.mix import Load, Mix
from pilotzone.portal.bench.papers import PAPERS

FORMAT = 3  # raise when the same load would be made otherwise
ROW = struct.Struct("<QIIIHBB")
DONE = "made.json"
REQUEST = (
    "POST /intake/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/xml\r\n"
    "Content-Length: {length}\r\n\r\n"
)


class Row(NamedTuple):
    """Where one request stands in its stream and what it holds."""

    offset: int
    length: int
    block: int
    trade: int
    documents: int
    kind: int
    repeated: int


@dataclass(frozen=True)
class Made:
    """A load that lies ready. `seconds` and `fresh`: what making it took, and whether that was now."""

    folder: Path
    streams: int
    messages: int
    documents: int
    size: int
    seconds: float
    fresh: bool

    @property
    def keys(self) -> Path:
        """The senders' keys and certificates."""
        return self.folder.parent / "keys"

    def body(self, stream: int) -> Path:
        """The file of a stream's requests."""
        return self.folder / f"{stream}.http"

    def rows(self, stream: int) -> list[Row]:
        """The index of a stream."""
        return [Row(*row) for row in ROW.iter_unpack((self.folder / f"{stream}.index").read_bytes())]


def prepared(cache: Path, load: Load, streams: int) -> Made:
    """The load, made now by one process a stream unless it lies in `cache` from before."""
    streams = min(streams, -(-load.trades // load.block))
    make_keys(cache / "keys", load.algorithm, load.trades)
    name = hashlib.sha256(json.dumps(_told(load, streams)).encode()).hexdigest()[:16]
    folder = cache / name
    fresh = not (folder / DONE).exists()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        words = [sys.executable, "-m", "pilotzone.portal.bench.stream", str(folder), json.dumps(_told(load, streams))]
        _all_done([[*words, str(one)] for one in range(streams)])
        told = [json.loads((folder / f"{one}.json").read_text()) for one in range(streams)]
        total = {key: sum(one[key] for one in told) for key in ("messages", "documents", "size")}
        (folder / DONE).write_text(json.dumps({**total, "seconds": round(time.monotonic() - began, 1)}))
    return Made(folder, streams, fresh=fresh, **json.loads((folder / DONE).read_text()))


def _told(load: Load, streams: int) -> dict[str, object]:
    return {**asdict(load), "at": load.at.isoformat(), "streams": streams, "format": FORMAT}


def make_keys(folder: Path, kind: str, trades: int) -> None:
    """A key a sender, made by all cores where they are missing; the authority itself comes first."""
    DemoAuthority(folder, at=datetime.now(UTC))  # certificates are judged by wall time
    if firms.missing(folder, kind, trades):
        share = os.cpu_count() or 1
        words = [sys.executable, "-m", "pilotzone.portal.bench.stream", "--keys", str(folder), kind, str(trades)]
        _all_done([[*words, str(share), str(place)] for place in range(share)])


def _all_done(commands: list[list[str]]) -> None:
    running = [subprocess.Popen(words, stdin=subprocess.DEVNULL) for words in commands]  # noqa: S603 (our own module)
    codes = [one.wait() for one in running]
    if any(codes):
        raise RuntimeError("the load could not be made")


def write(folder: Path, mix: Mix) -> dict[str, int]:
    """Write one stream."""
    offset = messages = documents = 0
    with (folder / f"{mix.stream}.http").open("wb") as body, (folder / f"{mix.stream}.index").open("wb") as index:
        for frame in mix.frames():
            head = REQUEST.format(token=firms.token_of(frame.sender), length=len(frame.body)).encode()
            length = body.write(head) + body.write(frame.body)
            place = PAPERS.index(frame.message)
            index.write(ROW.pack(offset, length, frame.block, frame.trade, frame.documents, place, frame.repeated))
            offset += length
            messages += 1
            documents += frame.documents
    return {"messages": messages, "documents": documents, "size": offset}


def _main(words: list[str]) -> None:
    if words[0] == "--keys":
        folder, kind, trades, share, place = Path(words[1]), words[2], *(int(word) for word in words[3:])
        now = datetime.now(UTC)
        authority = DemoAuthority(folder, at=now)
        for firm in [one for one in firms.senders(trades)[place::share] if one in firms.missing(folder, kind, trades)]:
            authority.issue(firm.customs_code, firm.name, kind, at=now)
        return
    folder, told, stream = Path(words[0]), json.loads(words[1]), int(words[2])
    load = Load(told["trades"], told["batch"], told["algorithm"], told["seed"], datetime.fromisoformat(told["at"]))
    mix = Mix(load, folder.parent / "keys", stream, told["streams"], wall=datetime.now(UTC))
    (folder / f"{stream}.json").write_text(json.dumps(write(folder, mix)))


def lists(rows: list[Row]) -> Iterator[int]:
    """The trades whose lists these rows carry."""
    for row in rows:
        if PAPERS[row.kind] == PAPERS[-1]:
            yield from range(row.trade, row.trade + row.documents)


if __name__ == "__main__":
    _main(sys.argv[1:])
