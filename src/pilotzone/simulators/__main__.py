"""The counterparts' process: their door, customs at work, and the posting of receipts. Started by `pilotzone up`."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from pilotzone.kernel import clock, resting
from pilotzone.reference import edition
from pilotzone.simulators import faults
from pilotzone.simulators.customs import bills, desk, payment, payments
from pilotzone.simulators.customs.answers import post_due
from pilotzone.simulators.server import Pool, door

log = structlog.get_logger("simulators")
IDLE_S, ASK_S, SWEEP_S = 0.2, 1.0, 30.0
BULK_S, BULK_RUN = 0.8, 400


def main() -> None:
    """Serve until told to stop. PILOTZONE_COUNTERPART_DSN and PILOTZONE_COUNTERPART_PORT say where; customs asks platforms
    for payment data at PILOTZONE_PLATFORM_URL."""
    port = int(os.environ.get("PILOTZONE_COUNTERPART_PORT", "8002"))
    pool: Pool = ConnectionPool(
        os.environ["PILOTZONE_COUNTERPART_DSN"],
        min_size=1,
        max_size=5,
        max_idle=30.0,  # a backend that has seen a rush keeps its memory as long as it lives
        max_lifetime=120.0,
        # look-ups are by key; a plan made while a table was nearly empty would read all of it until the next ANALYZE
        kwargs={"autocommit": True, "options": "-c enable_seqscan=off"},
        open=True,
    )
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    server = ThreadingHTTPServer(("127.0.0.1", port), door(pool))
    threading.Thread(target=server.serve_forever, name="door", daemon=True).start()
    broker = None
    if told := os.environ.get("PILOTZONE_BROKER_PORT"):
        from pilotzone.simulators.broker.door import serve  # whoever wants no broker does not load pika

        broker = serve(pool.connection, int(told), {"guest": "guest"})
    workers = [
        threading.Thread(target=_repeat, args=(pool, stopping, work, idle), name=work.__name__, daemon=True)
        for work, idle in ((_desk, IDLE_S), (_post, IDLE_S), (_ask, ASK_S), (_sum_up, SWEEP_S))
    ]
    for worker in workers:
        worker.start()
    resting.watch(stopping)
    log.info("simulators.ready", port=port)
    stopping.wait()
    server.shutdown()
    server.server_close()
    if broker is not None:
        broker.shutdown()
        broker.server_close()
    for worker in workers:
        worker.join(timeout=5)
    pool.close()


def _desk(connection: psycopg.Connection[object]) -> int:
    """In a bulk load customs opens its boxes less often, so that a run answers many documents in few receipts."""
    taken = desk.work(connection, clock.read(connection).now(), limit=BULK_RUN)
    if taken and taken < BULK_RUN and faults.read(connection).brief:
        time.sleep(BULK_S)
    return taken


def _post(connection: psycopg.Connection[object]) -> int:
    behaviour = faults.read(connection)
    if behaviour.down:
        return 0
    zone_now = clock.read(connection).now()
    return post_due(connection, zone_now, reorder=behaviour.reorder, repeat=behaviour.repeat)


def _ask(connection: psycopg.Connection[object]) -> int:
    platform = os.environ.get("PILOTZONE_PLATFORM_URL", "")
    if not platform or faults.read(connection).down:
        return 0
    return payment.ask(connection, platform, clock.read(connection).now())


def _sum_up(connection: psycopg.Connection[object]) -> int:
    zone = clock.read(connection)
    bills.sum_up(connection, zone.today())
    behaviour = faults.read(connection)
    if not behaviour.down:
        payments.pay_due(connection, zone.now(), unpaid=behaviour.unpaid)
    return 0


def _repeat(pool: Pool, stopping: threading.Event, work: Callable[..., int], idle_s: float) -> None:
    """Work until told to stop, a run every `idle_s` at most: what comes meanwhile is done together."""
    while not stopping.is_set():
        started = time.monotonic()
        try:
            edition.refresh()
            with pool.connection() as connection:
                work(connection)
        except psycopg.OperationalError as away:
            log.warning("simulators.database_away", error=str(away)[:200])
        except Exception:
            # one poisonous message must not stop customs; it stays in the box and is seen in the log
            log.exception("simulators.run_failed", work=work.__name__)
        stopping.wait(max(0.0, started + idle_s - time.monotonic()))


if __name__ == "__main__":
    main()
