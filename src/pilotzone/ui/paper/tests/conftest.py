"""A sheet to draw, in a zone's folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import paper_key
from pilotzone.ui.paper import drawing, fonts
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, digest_of

needs_font = pytest.mark.skipif(fonts.found(Path("/nowhere")) is None, reason="no CJK font: make browser installs one")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    paper_key.forget()
    yield tmp_path
    paper_key.forget()


@pytest.fixture
def printed() -> Callable[..., drawing.Printed]:
    """A small tax bill with one text of one's own in every kind of place."""

    def make(text: str = "98.00", *, rows: int = 1, language: str = "zh", **more: Any) -> drawing.Printed:
        sheet = Sheet(
            title="电子税单", lead=text, addressee=text, facts=[("税单编号", text)], notes=[text], basis=[text],
            tables=[Table(text, [Column("税种"), Column("税额", RIGHT)], [["增值税", text]] * rows, [["合计", text]])],
        ).as_dict()  # fmt: skip
        return drawing.Printed(
            sheet=sheet, language=language, zone="试验综试区", issuer="试验综试区", number="SD20210104000001", digest=digest_of(sheet),
            verify="http://zone.test/verify/ABCDE-FGHJK-MNPQR-STVWX/", issued_at=datetime(2021, 1, 4, tzinfo=SHANGHAI), demo=True,
            **more,
        )  # fmt: skip

    return make
