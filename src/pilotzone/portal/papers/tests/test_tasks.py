"""Printing many: asked, carried out in the asker's name, kept as one sealed file or a zip of them, told where it cannot be."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.errors import Refused
from pilotzone.kernel import paper_key
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.database import cursor_of
from pilotzone.portal.papers import tasks
from pilotzone.portal.papers.tests.test_doors import Register, firm, firms, register, signed_in, standing
from pilotzone.ui.paper import drawing, seal
from pilotzone.ui.paper.tests.conftest import needs_font

__all__ = ["firm", "firms", "register", "signed_in"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch, register: Register) -> None:
    """The tests' kind of paper stands for tasks too."""
    monkeypatch.setattr(tasks, "kind_of", lambda code: tasks.issuing.kinds()["trial"])
    monkeypatch.setattr(tasks.issuing, "kind_of", lambda code: tasks.issuing.kinds()["trial"])


def ask(firm: Client, *keys: str) -> str:
    """Ask for papers on the list; the address of the task."""
    answer = firm.post("/papers/trial/", {"chosen": list(keys)})
    assert answer.status_code == 302, answer.content.decode()[-600:]
    return str(answer["Location"])


@needs_font
def test_several_are_one_file_each_verified_by_itself(firm: Client) -> None:
    assert "还没有打印任务" in firm.get("/papers/tasks/").content.decode()
    where = ask(firm, "R1", "R2", "R1")
    waiting = firm.get(where).content.decode()
    assert "排队中" in waiting and "hx-get" in waiting and "0 / 2" in waiting
    assert firm.get(where + "file/").status_code in (403, 404), "not yet"
    assert tasks.work() == 1 and tasks.work() == 0
    done = firm.get(where).content.decode()
    assert "已完成" in done and "2 / 2" in done and "hx-get" not in done
    file = firm.get(where + "file/")
    content = b"".join(file)
    papers_on = seal.verify(content, paper_key.public()).statement["papers"]
    assert [one["content"]["record"] for one in papers_on] == ["R1", "R2"]
    assert len({one["code"] for one in papers_on}) == 2 and all(standing(one["code"]) == "有效" for one in papers_on)
    assert hashlib.sha256(content).hexdigest() in done and file["Content-Disposition"].startswith("attachment")
    assert "试验文件" in firm.get("/papers/tasks/").content.decode()
    firm.cookies["django_language"] = "en"
    assert "Printing task" in firm.get(where).content.decode()


@needs_font
def test_more_than_one_file_holds_are_a_zip_of_sealed_files(
    firm: Client, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_PAPERS", 2)
    register.amounts |= {"R3": "1.00"}
    where = ask(firm, "R1", "R2", "R3")
    tasks.work()
    with zipfile.ZipFile(io.BytesIO(b"".join(firm.get(where + "file/")))) as archive:
        found = [seal.verify(archive.read(name), paper_key.public()) for name in archive.namelist()]
    assert [one.state for one in found] == [seal.SOUND] * 2
    assert [paper["content"]["record"] for one in found for paper in one.statement["papers"]] == ["R1", "R2", "R3"]


def test_what_cannot_be_printed_fails_the_task_and_says_which_record(firm: Client) -> None:
    for key, code in (("early", "paper.not_yet"), ("nobody's", "kernel.access.unknown")):
        where = ask(firm, "R1", key)
        assert tasks.work() == 1
        page = firm.get(where).content.decode()
        assert "打印失败" in page and code in page and (key in page or "nobody&#x27;s" in page)
        assert firm.get(where + "file/").status_code in (403, 404), "nothing half is handed out"


def test_a_wrong_question_makes_no_task(firm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert firm.post("/papers/trial/", {}).status_code == 422
    monkeypatch.setattr(tasks, "MOST", 3)
    assert firm.post("/papers/trial/", {"chosen": [f"R{n}" for n in range(4)]}).status_code == 422
    assert firm.get("/papers/trial/").status_code == 405
    for _ in range(tasks.MOST_OPEN):
        ask(firm, "R1")
    refused = firm.post("/papers/trial/", {"chosen": ["R1"]})
    assert refused.status_code == 422 and "paper.task.busy" in refused.content.decode()


def test_a_task_is_its_askers_alone(firm: Client, signed_in: Callable[..., Client]) -> None:
    where = ask(firm, "R1")
    other = signed_in("ebp", "乙公司")
    for address in (where, where + "file/", "/papers/tasks/9223372036854775809/"):
        assert other.get(address).status_code in (403, 404)
    assert where not in other.get("/papers/tasks/").content.decode()
    assert Client().get(where).status_code in (302, 403, 404)


def test_who_lost_the_membership_prints_no_more(firm: Client) -> None:
    where = ask(firm, "R1")
    with scope(PLATFORM):
        found = Membership.objects.latest("pk")
        found.valid_to = found.valid_from
        found.save()
    assert tasks.work() == 1
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute("SELECT state, file FROM portal_paper_task ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ("failed", None)
    assert where


def test_a_task_whose_printer_died_is_taken_over_and_old_files_are_forgotten(firm: Client) -> None:
    number = int(ask(firm, "early").rstrip("/").rsplit("/", 1)[-1])
    for beat, state in (("now()", "running"), ("now() - interval '6 minutes'", "failed")):
        with scope(PLATFORM), cursor_of() as cursor:
            cursor.execute(f"UPDATE portal_paper_task SET state = 'running', beat_at = {beat} WHERE id = %s", (number,))
        tasks.work()
        with scope(PLATFORM), cursor_of() as cursor:
            cursor.execute("SELECT state FROM portal_paper_task WHERE id = %s", (number,))
            assert cursor.fetchone() == (state,)
    with scope(PLATFORM), cursor_of() as cursor:
        cursor.execute("UPDATE portal_paper_task SET beat_at = now() - interval '8 days' WHERE id = %s", (number,))
    tasks.work()
    assert firm.get(f"/papers/tasks/{number}/").status_code in (403, 404)


def test_a_broken_printer_fails_the_task_and_is_heard(firm: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("drawing broke")

    monkeypatch.setattr(tasks, "_printed", broken)
    where = ask(firm, "R1")
    with pytest.raises(ValueError, match="drawing broke"):
        tasks.work()
    assert "paper.failed" in firm.get(where).content.decode()


def test_halves_until_they_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    def pdf(made: list[Any], language: str) -> bytes:
        if len(made) > 1:
            raise Refused(code="paper.too_large", zh="过大", en="too large")
        return b"%PDF"

    class One:
        class issued:
            number = "ZZ1"

    monkeypatch.setattr(tasks.issuing, "pdf", pdf)
    assert len(tasks._files([One(), One(), One()], "zh")) == 3  # type: ignore[list-item]
