"""A firm's watched folder: what is dropped there is kept, drafted or refused, with answer and result beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.dealing import signers, story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import Zone, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]


@pytest.fixture(scope="module")
def visitor(chromium: Any, zone: Zone) -> Iterator[Visitor]:
    made = Visitor(chromium, zone)
    yield made
    made.close()


def drop(folder: Path, name: str, raw: bytes) -> None:
    """Write a file as a firm's system should: whole before it has its name."""
    (folder / "in" / f"{name}.part").write_bytes(raw)
    (folder / "in" / f"{name}.part").rename(folder / "in" / name)


def answer(path: Path) -> str:
    """What is written beside a moved file, once it is there."""
    return until(lambda: path.read_text("utf-8") if path.exists() else "", f"the answer {path.name}")


def test_each_dropped_file_has_its_answer_and_the_firm_sees_the_result(visitor: Visitor, zone: Zone) -> None:
    made, drafted, broken = (story(9_600_000 + number) for number in (1, 2, 3))
    folder = zone.home / "drop" / made.deal.platform.customs_code
    drop(folder, "订单.xml", made.message("order", signers(zone.home)))
    drop(folder, "CEB311-十二月.xlsx", drafted.sheet("order"))
    drop(folder, "CEB311-broken.xlsx", broken.sheet("order", freight="lots"))
    drop(folder, "torn.xml", b"<order>")
    drop(folder, "letter.docx", b"PK")
    receipts = {
        name: answer(folder / "done" / f"{name}.txt").split()[-1]
        for name in ("订单.xml", "CEB311-十二月.xlsx", "torn.xml")
    }
    assert "channel.folder.kind" in answer(folder / "refused" / "letter.docx.txt")
    told = answer(folder / "refused" / "CEB311-broken.xlsx.txt")
    assert "channel.folder.sheet" in told and "format.number" in told and "运杂费" in told
    assert list((folder / "in").iterdir()) == []
    states = {name: zone.result(receipt) for name, receipt in receipts.items()}
    assert [one["state"] for one in states["订单.xml"]["documents"]] == ["accepted"]
    assert [one["state"] for one in states["CEB311-十二月.xlsx"]["documents"]] == ["draft"]
    assert [one["code"] for one in states["torn.xml"]["findings"]] == ["format.not_well_formed"]
    for name, state in states.items():
        (beside,) = json.loads(answer(folder / "done" / f"{name}.result.json"))
        assert beside == state, "the result that lies beside a file is what the intake tells of its receipt"
    (official,) = until(lambda: list((folder / "receipts").glob("*-CEB312Message.xml")), "the order's official receipt")
    told = official.read_text("utf-8")
    assert made.deal.number in told and "Signature" in told
    visitor.play("platform")
    visitor.go("/enterprise/messages/handed/")
    assert all(name in visitor.text() for name in receipts), "every file is listed by its name"
    visitor.look("folder-handed")
    visitor.until_says("/enterprise/messages/drafts/", drafted.deal.number)
