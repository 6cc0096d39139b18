"""The statistics cube at size: facts made set-based in a throw-away database, the cube counted, questions timed.

    python tools/bench_cube.py [--facts 10000000]

Prints seconds to count and, of every question, the median and the slowest of some runs. Facts are synthetic: 20,000 firm-and-goods
profiles with 4,000 tariff lines over 36 months, heavy at the top.
"""

from __future__ import annotations

import argparse
import statistics as figures
import sys
import time
from datetime import date
from typing import Any

import psycopg
from throwaway import zone

PROFILES, MONTHS, RUNS = 20_000, 36, 7
QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("trend", {"by": "month"}),
    ("trend of a chapter and a country", {"by": "month", "filters": {"hs2": "61", "country": "105"}}),
    ("countries", {"by": "country"}),
    ("tariff lines", {"by": "hs8"}),
    ("tariff lines of a country", {"by": "hs8", "filters": {"country": "105"}}),
    ("districts by mode", {"by": "unit", "filters": {"mode": "9610"}}),
    ("countries of a mode in a district", {"by": "country", "filters": {"mode": "9610", "unit": "zone.districts.d3"}}),
    ("goods × country × mode × district × transport", {"by": "month", "filters": {
        "hs4": "6110", "country": "105", "mode": "9610", "unit": "zone.districts.d3", "transport": "5"}}),
)  # fmt: skip


def main() -> int:
    """Fill, count, ask."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--facts", type=int, default=10_000_000)
    asked = wanted.parse_args()
    with zone() as one:
        one.start_database()
        one.enter()
        return measure(one.server.dsn(role="pz_owner", database="pilotzone"), asked.facts)


def measure(dsn: str, facts: int) -> int:
    """Fill and count as the owner, ask as the platform through the room's own question; 1 where one takes 200 ms or more."""
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.rooms.statistics import api
    from pilotzone.rooms.statistics.operations.cube import FILL

    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute("SET synchronous_commit = off")
        owner.execute("SET work_mem = '256MB'")
        began = time.perf_counter()
        owner.execute(_FACTS, {"facts": facts, "profiles": PROFILES, "months": MONTHS})
        filled = time.perf_counter()
        for statement in FILL:
            owner.execute(statement)
        counted = time.perf_counter()
        for table in ("statistics_fact", "statistics_cell", "statistics_margin"):
            owner.execute(f"VACUUM ANALYZE {table}")
            (n,) = owner.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            print(f"{table}: {n:,} rows")
        print(f"facts made in {filled - began:.0f} s, cube counted in {counted - filled:.0f} s")
        checked = owner.execute(
            "SELECT (SELECT sum(cny) FROM statistics_fact), (SELECT sum(cny) FROM statistics_cell),"
            " (SELECT array_agg(DISTINCT total) FROM (SELECT sum(cny) total FROM statistics_margin"
            " WHERE coverage = 'platform' GROUP BY grain) g)"
        ).fetchone()
        print(f"totals: facts {checked[0]}, cells {checked[1]}, every grain {checked[2]}" if checked else "")
    slow = 0
    with scope(PLATFORM):
        for name, question in QUESTIONS:
            runs = []
            for _ in range(RUNS):
                start = time.perf_counter()
                rows = api.ask(coverage="platform", first=date(2019, 1, 1), last=date(2021, 12, 1), **question)
                runs.append((time.perf_counter() - start) * 1000)
            slow += figures.median(runs) >= 200
            print(
                f"{name}: median {figures.median(runs):.1f} ms, slowest {max(runs):.1f} ms, {len(rows)} rows",
                flush=True,
            )
    return int(slow > 0)


_FACTS = """
INSERT INTO statistics_fact (trade_id, line, back, day, month, flow, mode, unit, firm, port, registered, hs, country, transport,
                             cny, usd, quantity, orders)
SELECT n, 1, n %% 97 = 0, m.month + (n %% 28)::int, m.month, CASE WHEN p.id %% 3 = 0 THEN 'I' ELSE 'E' END,
       (ARRAY['9610','1210','9710','9810'])[1 + p.id %% 4],
       CASE WHEN p.id %% 7 = 0 THEN '' ELSE 'zone.districts.d' || p.id %% 15 END, p.id %% 600, p.id %% 5 <> 0, p.id %% 7 <> 0,
       (6100 + (p.id * 7919) %% 4000 / 100)::text || lpad(((p.id * 7919) %% 100 * 97)::text, 4, '0') || '90',
       (101 + (p.id * 31) %% 60)::text, (ARRAY['5','2','4','6'])[1 + (p.id / 5) %% 4],
       ((n * 7919) %% 100000) / 100.0, ((n * 7919) %% 15000) / 100.0, 1, 1
FROM generate_series(1::bigint, %(facts)s::bigint) n
CROSS JOIN LATERAL (SELECT floor(%(profiles)s * power((n * 2654435761 %% 1000003) / 1000003.0, 2))::bigint AS id) p
CROSS JOIN LATERAL (SELECT (DATE '2019-01-01' + make_interval(months => (n * 40507 %% %(months)s)::int))::date AS month) m
"""

if __name__ == "__main__":
    sys.exit(main())
