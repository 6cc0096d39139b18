"""Two at once on one list, on two real connections: one wins, the other is told in a sentence, nothing is done twice."""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pilotzone.pipeline.batch import Pipeline
from pilotzone.pipeline.tests import exports
from pilotzone.pipeline.tests.exports import Export, state
from pilotzone.pipeline.tests.histories import Direct
from pilotzone.pipeline.tests.histories_of_exports import ExportLife
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.rooms.clearance.api import Answer

PATIENCE_S = 60
AT = datetime(2021, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(minutes=10)


class Worker:
    """A worker of its own connection, which hands the room one message and commits."""

    def __init__(self, bench: Bench, connection: Any, number: int) -> None:
        own = copy.copy(bench)
        own.connection, own.pipeline = connection, Pipeline("DXPENT0036000000")
        self.direct = Direct(own, AT, random.Random(number))
        self.direct.number = 1000 * number  # messages are numbered by the inbox, each once

    @property
    def bench(self) -> Any:
        """What the papers are written on."""
        return self.direct

    def life(self, number: int) -> ExportLife:
        """Customs' words on the list of a number."""
        return ExportLife(self.direct, number)

    def work(self) -> list[Answer]:
        with self.direct.bench.connection.transaction():
            return self.direct.work()


@pytest.fixture
def workers(standing_zone: Bench, server: Any) -> Iterator[list[Worker]]:
    """Two workers beside the zone's own connection, each with its own."""
    standing_zone.set_clock(AT)
    standing_zone.pipeline.partitions.ensure(standing_zone.connection, {AT.date(), LATER.date()})
    standing_zone.connection.commit()
    name = standing_zone.connection.info.dbname
    opened = [psycopg.connect(server.dsn(role="pz_flood", database=name), autocommit=True) for _ in range(2)]
    yield [Worker(standing_zone, connection, number) for number, connection in enumerate(opened, 1)]
    for connection in opened:
        connection.close()


def at_once(*acts: Callable[[], list[Answer]]) -> list[list[Answer]]:
    """What each was answered; both stand at the gate before either begins."""
    gate, told = threading.Barrier(len(acts), timeout=PATIENCE_S), [list[Answer]() for _ in acts]
    failed: list[BaseException] = []

    def run(place: int, act: Callable[[], list[Answer]]) -> None:
        try:
            gate.wait()
            told[place] = act()
        except BaseException as error:  # told to the test, not to the thread's end
            failed.append(error)

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    assert not failed, failed
    assert not any(thread.is_alive() for thread in threads)
    return told


def at_customs(worker: Worker, number: int, *, released: bool) -> Export:
    """A list of three that customs has, or has released; committed."""
    life = worker.life(number)
    trade = life.trade
    trade.order(worker.bench), trade.waybill(worker.bench), trade.list(worker.bench)
    life.tell("800" if released else "120", AT)
    worker.work()
    return trade


def refused(answer: Answer) -> tuple[str, str]:
    """Code and sentence of what the loser is told, in both languages."""
    (fault,) = answer.faults
    assert fault.zh and fault.en and fault.source
    return fault.code, fault.zh


def stored(bench: Bench, number: int) -> dict[str, object]:
    bench.connection.rollback()
    return state(bench, str(number))


def test_of_two_returns_of_one_list_one_wins(standing_zone: Bench, workers: list[Worker]) -> None:
    trade = at_customs(workers[0], 7, released=True)
    for place, worker in enumerate(workers):
        exports.export_return(worker.bench, f"R7-{place}", trade, "2", at=LATER)
    told = [answer for answers in at_once(*(worker.work for worker in workers)) for answer in answers]
    assert sorted(answer.state for answer in told) == ["accepted", "refused"]
    (loser,) = [answer for answer in told if answer.state == "refused"]
    code, sentence = refused(loser)
    assert code == "rule.refund.quantity" and "可退1" in sentence and "已申请退货2" in sentence
    standing_zone.connection.rollback()
    ((kept,),) = standing_zone.rows("SELECT count(*) FROM clearance_document WHERE kind = 20 AND state = 'accepted'")
    assert kept == 1


def test_of_a_cancellation_and_a_release_that_cross_one_wins(standing_zone: Bench, workers: list[Worker]) -> None:
    """Whichever comes first: the list ends released, and the firm reads why its cancellation has no effect."""
    trade = at_customs(workers[0], 8, released=False)
    exports.export_cancel(workers[0].bench, "C8", trade, at=LATER)
    workers[1].life(8).tell("800", LATER)
    (told,), _ = at_once(workers[0].work, workers[1].work)
    assert stored(standing_zone, 8)["state"] == "released"
    if told.state == "refused":
        code, sentence = refused(told)
        assert code == "rule.cancel.released" and "已放行" in sentence
        return
    # the application came first: it is with customs, which closes it for the time before its release
    life = workers[0].life(8)
    life.applications.append(("605", "C8"))
    workers[0].direct.customs("CEB606Message", {
        "agentCode": "", "copNo": "C8", "preNo": "", "invtNo": life.list_no, "returnStatus": "399", "returnInfo": "审结",
        "returnTime": "20210301200500000",
    })  # fmt: skip
    workers[0].work()
    assert stored(standing_zone, 8)["state"] == "released"
    lines = [line for row in standing_zone.events("clearance.trade_changed") for line in row["lines"]]
    (crossed,) = [line for line in lines if line[1] == "clearance.crossed"]
    assert "撤销不生效" in crossed[2] and crossed[3]


@pytest.mark.parametrize("later", ["release", "cancellation"])
def test_of_customs_own_two_words_at_once_the_later_stands(
    standing_zone: Bench, workers: list[Worker], later: str
) -> None:
    number = {"release": 10, "cancellation": 11}[later]
    trade = at_customs(workers[0], number, released=False)
    exports.export_cancel(workers[0].bench, f"C{number}", trade, at=LATER)
    workers[0].work()
    minutes = {"release": 20, "cancellation": 10}[later]
    workers[1].life(number).tell("800", AT + timedelta(minutes=minutes))
    workers[0].direct.customs("CEB606Message", {
        "agentCode": "", "copNo": f"C{number}", "preNo": "", "invtNo": workers[0].life(number).list_no, "returnStatus": "399",
        "returnInfo": "审结", "returnTime": "20210301201500000",
    })  # fmt: skip
    at_once(workers[0].work, workers[1].work)
    assert stored(standing_zone, number)["state"] == {"release": "released", "cancellation": "cancelled"}[later]
