"""The worker process: takes micro-batches from the inbox for ever. `python -m pilotzone.pipeline.worker`.

One process per core; they take turns on one stream (exchange.turns). Runs as role flood.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from types import FrameType
from typing import Any

import msgspec
import structlog

from pilotzone.kernel import resting
from pilotzone.reference import edition

IDLE_SECONDS = 0.2
PACE_SECONDS = 0.2  # what comes meanwhile makes one batch: a batch has a price of its own (intake.md, Shape 2)
STEADY, STEADY_SECONDS = 40, 0.5  # documents of a batch from which on messages come in a stream, and its pace
THOROUGH = 64  # batches between two walks of the collector through everything
FULL = 500  # documents: a batch of that size is not waited for
SWEEP_SECONDS = 5.0
REST_SECONDS = 20.0  # nothing for so long after work: give memory back, here and in the database
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
# look-ups are by key; a plan made while a table was nearly empty would go on reading all of it until the next ANALYZE
BY_KEY = "-c enable_seqscan=off"
DXP_ID = "DXPENT0036000000"  # the platform's own exchange number where PILOTZONE_DXP_ID names none


class Worker:
    """The loop. `stop` ends it after the batch at hand."""

    def __init__(self, connect: Any, sender: str) -> None:
        from pilotzone.exchange.receipt_window import Window
        from pilotzone.pipeline.batch import Pipeline

        self.connect = connect
        self.pipeline = Pipeline(sender, Window())
        self.log = structlog.get_logger("worker")
        self.stopping = False
        self._swept_at = float("-inf")

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Signal handler: finish the batch, then end."""
        self.stopping = True

    def run(self) -> None:
        """Until stopped; a lost database is waited for."""
        pause, age = FIRST_PAUSE, resting.Age()
        while not self.stopping:
            try:
                with self.connect() as connection:
                    pause = FIRST_PAUSE
                    self._serve(connection)
                if not self.stopping and age.is_old(float("inf")):
                    self.log.info("worker.again")
                    resting.begin_again()
            except Exception as failure:  # whatever it was, the next connection starts from what is committed
                self.log.error("worker.failed", error=f"{type(failure).__name__}: {failure}", pause=pause)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _serve(self, connection: Any) -> None:
        connection.execute("LISTEN pz_inbox")
        connection.commit()
        batches, worked_at = 0, None
        while not self.stopping:
            started = time.monotonic()
            edition.refresh()
            worked = self.pipeline.run_once(connection)
            if worked.messages:
                self.log.info("worker.batch", messages=worked.messages, documents=worked.documents)
            if worked.messages:
                self.pipeline.issue_in_time(connection)
            if time.monotonic() - self._swept_at > SWEEP_SECONDS:
                self._swept_at = time.monotonic()
                self.pipeline.sweep(connection)
            if worked.messages:
                batches, worked_at = batches + 1, time.monotonic()
                gc.collect(2 if batches % THOROUGH == 0 else 0)
                if worked.documents < FULL:
                    pace = PACE_SECONDS if worked.documents < STEADY else STEADY_SECONDS
                    time.sleep(max(0.0, started + pace - time.monotonic()))
            else:
                gc.collect(1)
                for _ in connection.notifies(timeout=IDLE_SECONDS, stop_after=1):
                    pass
                connection.commit()
                if worked_at is not None and time.monotonic() - worked_at > REST_SECONDS:
                    resting.rest()
                    return  # the next connection is served by a fresh backend


def main() -> None:
    """Run one worker until SIGTERM or SIGINT."""
    os.environ.setdefault("PILOTZONE_DB_ROLE", "flood")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    import psycopg
    from django.db import connection
    from psycopg.types.json import set_json_loads

    set_json_loads(msgspec.json.decode)
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    wanted["options"] = BY_KEY
    worker = Worker(lambda: psycopg.connect(**wanted), os.environ.get("PILOTZONE_DXP_ID", DXP_ID))
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    # a batch makes millions of objects and hardly a ring: the collector would walk through all of them for nothing
    gc.freeze()
    gc.disable()
    worker.run()


if __name__ == "__main__":
    main()
