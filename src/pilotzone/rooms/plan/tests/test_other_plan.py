"""Another zone's plan is another file: its pages, its tasks of its own units, its board, with no code. The plan is made up (合成)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api

pytestmark = pytest.mark.django_db
FILE = """
key: elsewhere-2020
zh: （合成）某综试区行动方案
en: "(synthetic) Plan of some zone"
document: （合成）某市政府，2020年1月1日
from: 2020-01-01
to: 2021-12-31
chapters:
  - {key: all, zh: 全部, en: All}
measures:
  - {n: 1, chapter: all, zh: 建平台, en: Build a platform, lead: [某市数字局], participants: []}
tasks:
  - {n: 1, chapter: all, of: 1, zh: 建成平台, en: Platform built, lead: [某市数字局], participants: [各县（区）政府], due: 2020-01}
  - {n: 2, chapter: all, of: 1, zh: 办培训, en: Train, lead: [某市数字局], participants: [], due: long}
targets:
  - {key: shops, of: 1, zh: 网店, en: Shops, unit: firms, kind: annual, op: ge, values: {2020: "10"}, from: 一}
"""
PAGES = (
    "",
    "lights/",
    "reports/",
    "monthly/",
    "liaisons/",
    "meetings/",
    "assessment/",
    "board/",
    "trainings/",
    "centre/",
    "notices/",
    "public/",
    "tasks/1/",
    "tasks/2/",
    "targets/shops/",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_its_pages_know_nothing_of_the_first_plan(
    login: Callable[[str, str], Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    office = login("zone_officer", "zone")
    office.cookies["django_language"] = language
    folder = tmp_path / "data" / "plan"
    folder.mkdir(parents=True)
    (folder / "elsewhere-2020.yaml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("PILOTZONE_PLAN", "elsewhere-2020")
    with scope(PLATFORM):
        Unit.objects.create(
            code="digital", path="zone.digital", name_zh="某市数字局", name_en="Digital Bureau", kind="agency"
        )
    for where in PAGES:
        assert office.get(f"/plan/{where}").status_code == 200, where
    title = "2项任务" if language == "zh-hans" else "2 tasks"
    assert title in office.get("/plan/").content.decode() and title in office.get("/plan/board/").content.decode()
    assert ("网店" if language == "zh-hans" else "Shops") in office.get("/plan/board/").content.decode()
    assert 'href="/plan/tasks/39/"' not in office.get("/plan/trainings/").content.decode()
    bureau = login("liaison", "digital")
    typed = {"month": "2020-01", "status": "done", "words": "已建成"}
    assert bureau.post("/plan/tasks/1/report/", typed).status_code == 302
    assert (
        bureau.post("/plan/tasks/1/report/", typed | {"month": "2020-02", "target": "shops", "value": "4"}).status_code
        == 302
    )
    with scope(PLATFORM):
        assert [one.zh for one in api.subjects(api.plan_in_force(), api.work_rule(), api.plan_in_force().start)].count(
            "某市数字局"
        ) == 1
    assert office.get("/plan/tasks/3/").status_code == 404
