"""Bring a code list up to a newer edition: show what comes, goes and changes, and write it with dates.

    python tools/refresh_codes.py currency new.csv --from 2027-01-01            (shows)
    python tools/refresh_codes.py currency new.csv --from 2027-01-01 --write    (writes)

The new file is a UTF-8 CSV with at least `code` and `zh`; other columns of the list may be there too. Codes that are
not in it end the day before `--from`, new and changed ones begin on it; earlier days keep what was valid. Source and
edition are then written by hand into `src/pilotzone/data/codes/manifest.yaml`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import date, timedelta
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "pilotzone" / "data" / "codes"
Row = dict[str, str]


def read(path: Path) -> tuple[list[str], list[Row]]:
    """Header and rows of a CSV; exits with a sentence where `code` or `zh` is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [{name: (value or "").strip() for name, value in row.items() if name} for row in reader]
    header = [name.strip() for name in reader.fieldnames or []]
    if not {"code", "zh"} <= set(header) or any(not row["code"] or not row["zh"] for row in rows):
        sys.exit(f"{path.name}: every row needs `code` and `zh`")
    return header, rows


def merged(old: list[Row], new: list[Row], first: date) -> tuple[list[Row], dict[str, list[str]]]:
    """The rows of the new edition with their history, and the codes that came, went and changed."""
    last = (first - timedelta(days=1)).isoformat()
    coming = {row["code"]: row for row in new}
    told: dict[str, list[str]] = {"came": [], "went": [], "changed": []}
    result = []
    open_codes = {row["code"] for row in old if not row.get("valid_to")}
    for row in old:
        fresh = coming.get(row["code"])
        if row.get("valid_to"):
            result.append(row)
        elif fresh is None:
            told["went"].append(row["code"])
            result.append({**row, "valid_to": last})
        elif any(value and row.get(name, "") != value for name, value in fresh.items()):
            told["changed"].append(row["code"])
            result.append({**row, "valid_to": last})
            result.append({**row, **{k: v for k, v in fresh.items() if v}, "valid_from": first.isoformat()})
        else:
            result.append(row)
    for code, row in coming.items():
        if code not in open_codes:
            told["came"].append(code)
            result.append({**row, "valid_from": first.isoformat()})
    return result, told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("list", choices=sorted(path.stem for path in FOLDER.glob("*.csv")))
    parser.add_argument("file", type=Path)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="DAY")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    target = FOLDER / f"{given.list}.csv"
    header, old = read(target)
    new_header, new = read(given.file)
    rows, told = merged(old, new, given.first)
    for kind, codes in told.items():
        print(f"{kind}: {len(codes)} {' '.join(codes[:40])}")
    if given.write:
        columns = list(dict.fromkeys([*header, *new_header, "valid_from", "valid_to"]))
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"written: {target.name}. Now write source and edition into manifest.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
