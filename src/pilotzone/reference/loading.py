"""Goods an official loads from a CSV: judged as a whole, shown before it counts, written at once, taken back.

What was loaded stands in one file of the overlay, `goods/loaded.csv`; a number loaded again replaces its former rows.
`loads/` keeps every file as it came, what it replaced, and the list of loads. Files laid into `goods/` by hand are left
alone; one that names the same number is a fault.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.base.ids import hs as scheme
from pilotzone.reference import edition, goods
from pilotzone.reference.goods_files import OPTIONAL, REQUIRED
from pilotzone.reference.rows import Fault, read_sheet

COLUMNS = (*REQUIRED, *OPTIONAL)
LOADED = "loaded.csv"
SHOWN = 200


@dataclass(frozen=True)
class Preview:
    """What a file would do. With faults it does nothing. Numbers are of goods, at most 200 of each kind are listed."""

    rows: int = 0
    faults: list[Fault] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    same: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "rows": self.rows, "faults": len(self.faults), "added": len(self.added), "changed": len(self.changed),
            "ended": len(self.ended), "same": self.same,
        }  # fmt: skip


@dataclass(frozen=True)
class Load:
    """One load as the list keeps it; `undone` says when it was taken back and by whom."""

    number: int
    at: str
    who: str
    name: str
    reason: str
    version: str
    counts: dict[str, int]
    undone: str = ""


def template() -> str:
    """An empty sheet with every heading; lines beginning with # explain, and one example is commented out."""
    lines = [
        ",".join(COLUMNS),
        "# hs: 10位编码 ten digits; vat_class: standard|reduced; ct_class: none|cosmetics|wine|beer|spirits|watch|jewellery|other",
        "# mfn_tariff、refund_rate: 小数 fraction 0.09; listed_from、listed_to: 正面清单版本 edition 2016-1…2022; tag: A|B|C|P",
        "# valid_from、valid_to: yyyy-mm-dd; source: 文件依据 document it rests on",
        "# 2106909090,其他食品,035,standard,none,C,示例(合成数据) example,Other food,,,,2019,,,,,,",
    ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def preview(raw: bytes, folder: Path) -> Preview:
    """Judge a file against the zone's goods as they are now; nothing is written."""
    with tempfile.TemporaryDirectory() as place:
        return _judged(raw, folder, Path(place))[0]


def load(raw: bytes, folder: Path, *, name: str, who: str, at: datetime, reason: str = "") -> Load:
    """Load a file; refused `reference.file` with every fault, then everything stays as it was."""
    with _alone(folder), tempfile.TemporaryDirectory() as place:
        told, merged = _judged(raw, folder, Path(place))
        if told.faults:
            first = told.faults[0]
            raise Refused(
                code="reference.file",
                zh=f"文件有{len(told.faults)}处错误；第{first.line}行{first.column}：{first.zh}",
                en=f"{len(told.faults)} faults; line {first.line} {first.column}: {first.en}",
                source="docs/dates.md",
                whose="zone",
                fields={f"{fault.line}:{fault.column}": f"{fault.code} {fault.en}" for fault in told.faults},
            )
        number = len(_list(folder)) + 1
        target, store = folder / "goods" / LOADED, folder / "loads"
        if target.exists():
            shutil.copyfile(target, store / f"{number:04d}.before.csv")
        _write(store / f"{number:04d}.csv", raw)
        _write(target, merged.encode())
        version = edition.reload(folder)
        made = Load(number, at.isoformat(), who, name[:120], reason[:200], version, told.counts())
        _keep(folder, [*_list(folder), made])
        return made


def take_back(folder: Path, *, who: str, at: datetime) -> Load:
    """Undo the last load that stands; refused `reference.nothing_loaded` where there is none."""
    with _alone(folder):
        loads = _list(folder)
        last = next((one for one in reversed(loads) if not one.undone), None)
        if last is None:
            raise Refused(
                code="reference.nothing_loaded", zh="没有可撤回的加载", en="There is no load to take back",
                source="PilotZone reference", whose="zone",
            )  # fmt: skip
        before, target = folder / "loads" / f"{last.number:04d}.before.csv", folder / "goods" / LOADED
        if before.exists():
            _write(target, before.read_bytes())
        else:
            target.unlink(missing_ok=True)
        edition.reload(folder)
        undone = Load(**{**asdict(last), "undone": f"{at.isoformat()} {who}"})
        _keep(folder, [undone if one.number == last.number else one for one in loads])
        return undone


def history(folder: Path) -> list[Load]:
    """Every load, the latest first."""
    return _list(folder)[::-1]


def _judged(raw: bytes, folder: Path, place: Path) -> tuple[Preview, str]:
    """The preview, and the text that would stand in the overlay."""
    alone = place / "upload.csv"
    alone.write_bytes(raw)
    faults = goods.check_overlay(alone)
    sheet = read_sheet(alone, required=REQUIRED, allowed=COLUMNS)
    if not faults and not sheet.rows:
        faults = [Fault(1, "", "overlay.empty", "文件没有数据行", "the file has no rows")]
    if faults:
        return Preview(len(sheet.rows), faults), ""
    fresh = [row for _, row in sheet.rows]
    numbers = {scheme.compact(row["hs"]) for row in fresh}
    current = folder / "goods" / LOADED
    kept = [row for _, row in read_sheet(current, required=REQUIRED).rows] if current.exists() else []
    merged = _text([*(row for row in kept if scheme.compact(row["hs"]) not in numbers), *fresh])
    whole = place / "zone" / "goods"
    whole.mkdir(parents=True)
    for file in sorted((folder / "goods").glob("*.csv")) if (folder / "goods").is_dir() else ():
        if file.name != LOADED and not goods.check_overlay(file):
            shutil.copyfile(file, whole / file.name)
    (whole / LOADED).write_text(merged, encoding="utf-8")
    try:
        new = goods.build(place / "zone")
    except Refused as refused:
        return Preview(len(fresh), [Fault(1, "hs", "overlay.overlap", refused.zh, refused.en)]), ""
    return _compared(numbers, goods.build_leniently(folder)[0], new, len(fresh)), merged


def _compared(numbers: set[str], old: goods.Goods_, new: goods.Goods_, rows: int) -> Preview:
    told = Preview(rows)
    same = 0
    for number in sorted(numbers):
        before, after = goods.spans_of(old.get(number)), goods.spans_of(new.get(number))
        if before is None:
            told.added.append(number)
        elif before == after:
            same += 1
        elif after is not None and after[-1][1] is None and before[-1][1] is not None:
            told.ended.append(number)
        else:
            told.changed.append(number)
    return Preview(rows, [], told.added, told.changed, told.ended, same)


def _text(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row.get(name, "") for name in COLUMNS} for row in rows)
    return out.getvalue()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One load at a time, whichever process asks."""
    (folder / "loads").mkdir(parents=True, exist_ok=True)
    (folder / "goods").mkdir(exist_ok=True)
    with (folder / "loads" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, data: bytes) -> None:
    """As a whole: a reader sees the old file or the new one, after a crash too."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _list(folder: Path) -> list[Load]:
    path = folder / "loads" / "loads.json"
    told: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [Load(**one) for one in told]


def _keep(folder: Path, loads: list[Load]) -> None:
    _write(folder / "loads" / "loads.json", json.dumps([asdict(one) for one in loads], ensure_ascii=False).encode())
