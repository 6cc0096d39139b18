"""The doors of papers through their addresses: print, PDF, several, verification in every state, access, rates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.errors import Denied
from pilotzone.kernel import paper_key, papers
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current, scope
from pilotzone.kernel.pace import Pace
from pilotzone.portal.desks.tests.conftest import firms, signed_in
from pilotzone.portal.papers import kinds, views
from pilotzone.portal.wiring import PAPERS
from pilotzone.ui.paper import seal
from pilotzone.ui.paper.kinds import Kind, too_early, unknown
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table
from pilotzone.ui.paper.tests.conftest import needs_font

__all__ = ["firms", "signed_in"]
pytestmark = pytest.mark.django_db


class Register:
    """A room of the tests: records by key, each its firm's own; the platform sees all."""

    def __init__(self) -> None:
        self.amounts = {"R1": "98.00", "R2": "12.50", "空": "0.00"}
        self.owner: int | None = None

    def sheet(self, key: str) -> Sheet:
        actor = require("tax.see")
        if key == "early":
            raise too_early("还没有。", "Not yet.")
        if key not in self.amounts or (actor.kind != "system" and actor.organisation != self.owner):
            raise unknown()
        amount = self.amounts[key]
        return Sheet(
            title="试验文件", lead="<script>alert(1)</script>#panic()", facts=[("税额", amount)],
            tables=[Table("明细", [Column("项"), Column("额", RIGHT)], [["甲", amount]], [["合计", amount]])],
            stamp={"amount": amount},
        )  # fmt: skip


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch, firms: dict[str, Any]) -> Iterator[Register]:
    made = Register()
    made.owner = firms["甲公司"].pk
    kind = Kind("trial", "ZZ", "试验文件", "Trial paper", made.sheet)
    monkeypatch.setattr(kinds, "kinds", lambda: {"trial": kind})
    monkeypatch.setattr(views.issuing, "kinds", lambda: {"trial": kind})
    monkeypatch.setattr(views, "PACE", Pace(30))
    yield made


@pytest.fixture
def firm(signed_in: Callable[..., Client], register: Register) -> Client:
    return signed_in("ebp", "甲公司")


def code_on(page: str) -> str:
    found = re.search(r"/verify/([0-9A-Z-]+)/", page)
    assert found, "the page leads to its verification"
    return found[1]


def standing(code: str) -> str:
    found = re.search(
        r'<h2 id="standing">.*?</span>([^<]+)</span>', Client().get(f"/verify/{code}/").content.decode(), re.S
    )
    return found[1] if found else ""


def test_the_page_for_print_says_what_the_record_says(firm: Client) -> None:
    page = firm.get("/papers/trial/R1/")
    text = page.content.decode()
    assert page.status_code == 200 and "98.00" in text and "合成数据" in text and "data-print" in text
    assert "<script>alert" not in text and "no-store" in page["Cache-Control"]
    assert "ZZ20" in text and "data:image/svg+xml;base64," in text
    firm.cookies["django_language"] = "en"
    english = firm.get("/papers/trial/R1/").content.decode()
    assert "Verify:" in english and "PDF (English)" in english and code_on(english) == code_on(text)


@needs_font
def test_the_pdf_is_sealed_and_says_the_records_figures(firm: Client) -> None:
    first, second = (firm.get("/papers/trial/R1/zh.pdf") for _ in range(2))
    assert first["Content-Type"] == "application/pdf" and first.content == second.content
    found = seal.verify(first.content, paper_key.public())
    assert found.state == seal.SOUND
    (paper,) = found.statement["papers"]
    assert paper["content"]["zh"]["facts"] == [["税额", "98.00"]] and paper["content"]["en"]["facts"] == [
        ["税额", "98.00"]
    ]
    assert paper["code"] == code_on(firm.get("/papers/trial/R1/").content.decode())
    assert firm.get("/papers/trial/R1/en.pdf").content != first.content
    assert firm.get("/papers/trial/R1/fr.pdf").status_code == 404


def test_verification_knows_valid_superseded_changed_and_revoked(firm: Client, register: Register) -> None:
    code = code_on(firm.get("/papers/trial/R1/").content.decode())
    assert standing(code) == "有效"
    register.amounts["R1"] = "99.00"
    assert standing(code) == "记录已变化", "before anybody printed it anew"
    newer = code_on(firm.get("/papers/trial/R1/").content.decode())
    assert newer != code and standing(code) == "已被新文件取代" and standing(newer) == "有效"
    del register.amounts["R1"]
    assert standing(newer) == "记录已变化", "the record is gone"
    other = code_on(firm.get("/papers/trial/R2/").content.decode())
    with scope(PLATFORM):
        papers.revoke(other, reason="误发")
    assert standing(other) == "已撤销"


def test_verification_tells_no_figure_no_name_no_key(firm: Client) -> None:
    code = code_on(firm.get("/papers/trial/R1/").content.decode())
    shown = Client().get(f"/verify/{code}/").content.decode()
    assert "试验文件" in shown and "ZZ20" in shown
    assert "98.00" not in shown and "甲公司" not in shown and "R1" not in re.sub(r"<code>[^<]*</code>", "", shown)
    assert Client().get("/verify/?code=" + code.lower().replace("-", " ")).status_code == 302
    unknown_code = Client().get("/verify/AAAAA-AAAAA-AAAAA-AAAAA/")
    assert unknown_code.status_code == 404 and "查无此件" in unknown_code.content.decode()
    assert Client().get("/verify/").status_code == 200


def test_codes_are_not_tried_out(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PACE", Pace(3))
    monkeypatch.setattr(views.time, "monotonic", lambda: 1000.0)
    client = Client()
    assert [client.get(f"/verify/AAAAA-AAAAA-AAAAA-AAAA{n}/").status_code for n in range(4)] == [404, 404, 404, 429]
    assert "paper.too_often" in client.get("/verify/B/").content.decode()


def test_only_who_sees_the_record_prints_it(signed_in: Callable[..., Client], register: Register) -> None:
    other, customs = signed_in("ebp", "乙公司"), signed_in("customs_officer", "customs")
    for client in (other, customs):
        assert client.get("/papers/trial/R1/").status_code == 404
        assert client.get("/papers/trial/R1/zh.pdf").status_code == 404
    assert signed_in("bank", "乙公司").get("/papers/trial/R1/").status_code in (403, 404)
    assert Client().get("/papers/trial/R1/").status_code == 302, "nobody is asked to sign in"
    assert Client().post("/papers/trial/", {"chosen": "R1"}).status_code in (403, 404)


def test_what_is_not_there_or_not_yet_is_said(firm: Client) -> None:
    for where in (
        "/papers/nokind/R1/",
        "/papers/trial/none/",
        "/papers/trial/" + "x" * 61 + "/",
        "/papers/trial/a%00b/",
    ):
        assert firm.get(where).status_code == 404, where
    early = firm.get("/papers/trial/early/")
    assert early.status_code == 422 and "paper.not_yet" in early.content.decode()
    assert firm.get("/papers/trial/%E7%A9%BA/").status_code == 200


def test_without_a_font_the_page_prints_and_the_pdf_says_why(
    firm: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PILOTZONE_FONTS", str(tmp_path))
    page = firm.get("/papers/trial/R1/")
    assert page.status_code == 200 and "本机没有中文字体" in page.content.decode()
    away = firm.get("/papers/trial/R1/zh.pdf")
    assert away.status_code == 503 and "paper.font" in away.content.decode()


def test_every_kind_of_the_wiring_has_its_own_letters_and_refuses_strange_keys(register: Register) -> None:
    every = [kind for module in PAPERS for kind in import_module(module).KINDS]
    assert len({kind.code for kind in every}) == len({kind.prefix for kind in every}) == len(every) >= 7
    with scope(PLATFORM):
        for kind in every:
            assert current().kind == "system" and re.fullmatch("[A-Z]{2}", kind.prefix)
            with pytest.raises(Denied):
                kind.sheet("no such record")


def test_the_api_gives_the_same_paper_and_standing(firm: Client, register: Register) -> None:
    code = code_on(firm.get("/papers/trial/R1/").content.decode())
    told = Client().get(f"/api/v1/papers/verify/{code}").json()
    assert told["state"] == "valid" and told["en"] == "Trial paper" and "record" not in told
    assert Client().get("/api/v1/papers/verify/AAAAA-AAAAA-AAAAA-AAAAA").status_code == 404
    assert Client().get("/api/v1/papers/trial/R1.pdf").status_code == 401


@needs_font
def test_the_api_hands_out_the_pdf(firm: Client, register: Register) -> None:
    file = firm.get("/api/v1/papers/trial/R1.pdf?language=en")
    assert file.status_code == 200 and seal.verify(file.content, paper_key.public()).state == seal.SOUND
    assert firm.get("/api/v1/papers/trial/R1.pdf?language=fr").status_code == 422
