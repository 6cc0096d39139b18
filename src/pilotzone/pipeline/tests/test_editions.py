"""Every decision says by which version of the reference data it was made; a later version judges only what comes later."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.reference import edition, goods, loading

UNKNOWN = "9999999999"
VERSION = "SELECT e.version FROM clearance_trade t JOIN clearance_edition e ON e.id = t.edition WHERE t.order_no = %s"


def judged_by(bench: Bench, trade: Trade) -> list[str]:
    return [row[0] for row in bench.rows(VERSION, bench.trade(trade)["order_no"])]


def test_what_was_decided_says_by_which_version_and_what_waits_says_none(bench: Bench) -> None:
    sent, refused, waiting = Trade("T1"), Trade("T2"), Trade("T3")
    bench.send(*bench.all_four(sent), bench.paper(waiting, "order"))
    bench.send(*(bench.paper(refused, kind) for kind in ("order", "waybill", "list")))
    bench.send(bench.paper(refused, "payment", amountPaid="1.00"))
    assert [bench.trade(one)["state"] for one in (sent, refused, waiting)] == ["sent", "refused", "waiting"]
    assert judged_by(bench, sent) == judged_by(bench, refused) == [edition.version()]
    assert judged_by(bench, waiting) == []
    assert bench.rows("SELECT count(*) FROM clearance_edition") == [(1,)]


def test_a_trade_judged_again_by_newer_data_says_so_and_the_others_keep_theirs(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, early, late = edition.version(), Trade("T1"), Trade("T2", hs=UNKNOWN)
    bench.send(*bench.all_four(early), *bench.all_four(late))
    assert (bench.trade(late)["state"], judged_by(bench, late)) == ("gap", [before])
    like = goods.goods(early.hs, on=early.at.date())
    head = "hs,zh,unit1,unit2,vat_class,ct_class,tag,source,listed_from"
    row = f"{UNKNOWN},合成商品,{like.unit1},{like.unit2},{like.vat_class},{like.ct_class},C,合成数据,2019"
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    try:
        loading.load(f"{head}\n{row}\n".encode(), tmp_path / "data", name="g.csv", who="test", at=early.at)
        newer = edition.version()
        bench.pipeline.sweep(bench.connection)
        assert newer != before and bench.trade(late)["state"] == "sent"
        assert (judged_by(bench, late), judged_by(bench, early)) == ([newer], [before])
    finally:
        monkeypatch.undo()
        edition.reload()
