"""Items are files: checked line by line, added by one more, tried before they are switched on, kept by the cases they began."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.tables import SHIPPED
from pilotzone.rooms.services import api
from pilotzone.rooms.services.engine.lines import Source
from pilotzone.rooms.services.models import Case
from pilotzone.rooms.services.tests.offices import Cast, handed_in, told, values_of

TRAINING = (SHIPPED / "services" / "training.yaml").read_text(encoding="utf-8")


def another(**changed: object) -> str:
    """A new item like training, its top-level parts changed."""
    told = Source(TRAINING).data  # YAML 1.2: `on` is a word
    return yaml.safe_dump(
        told | {"key": "lecture", "name": {"zh": "讲座报名", "en": "Lecture"}} | changed,
        allow_unicode=True,
        sort_keys=False,
    )


def test_every_shipped_item_is_in_order_with_law_tags_and_desks() -> None:
    files = sorted((SHIPPED / "services").glob("*.yaml"))
    assert len(files) >= 8 and {path: api.check_file(path) for path in files if api.check_file(path)} == {}
    for one in api.list_items(every=True):
        assert one["basis"] and one["days"] >= 2 and one["steps"] and one["zh"] and one["en"]
        assert any(row["tag"] in "PC" for row in one["basis"]) or one["tag"] == "P"


def test_a_new_service_is_one_file_tried_before_it_is_switched_on(cast: Cast, overlay: Path) -> None:
    """No code: the file alone brings form, desks, days and notice."""
    path = overlay / "lecture.yaml"
    path.write_text(another(status="draft"), encoding="utf-8")
    with cast.act("clerk"):
        assert "lecture" not in [one["key"] for one in api.list_items()]
        with pytest.raises(Refused, match=r"service\.item\.unknown"):
            api.begin(key="lecture", values={})
    with cast.act("second"):  # of the unit that wrote it
        assert "lecture" in [one["key"] for one in api.list_items()]
        trial = api.apply(key="lecture", values=values_of("lecture"))
        api.accept(trial, version=None)
        api.pass_(trial, version=None)
        assert api.notice(trial)["number"].startswith("试洪综训录") and api.notice(trial)["trial"]
        assert api.inbox(api.Wanted())["total"] == 0
    for who in ("clerk", "tax"):
        with cast.act(who), pytest.raises(Denied, match=r"kernel\.access\.unknown"):
            api.case(trial)
    path.write_text(another(status="on"), encoding="utf-8")
    number = handed_in(cast, "lecture")
    with cast.act("office"):
        api.accept(number, version=None)
        api.pass_(number, version=None)
        assert api.notice(number)["number"] == "洪综训录〔2021〕1号"
    path.write_text(another(status="ended"), encoding="utf-8")
    with cast.act("clerk"), pytest.raises(Refused, match=r"service\.item\.closed"):
        api.begin(key="lecture", values={})


def test_a_case_keeps_the_version_it_began_with(cast: Cast, overlay: Path) -> None:
    path = overlay / "lecture.yaml"
    path.write_text(another(), encoding="utf-8")
    old = handed_in(cast, "lecture")
    steps = [{"key": "look", "zh": "复核", "en": "look", "units": ["tax"], "days": 9}]
    path.write_text(another(version=2, steps=steps, name={"zh": "新讲座", "en": "New"}), encoding="utf-8")
    new = handed_in(cast, "lecture")
    asked = [one["key"] for one in told(cast, old)["fields"]]
    assert asked == ["course", "on", "persons", "talent", "contact", "phone"], "in the order of the file"
    assert (told(cast, old)["item_zh"], told(cast, new)["item_zh"]) == ("讲座报名", "新讲座")
    with cast.act("office"):
        for number in (old, new):
            api.accept(number, version=None)
    assert [one["unit"] for one in told(cast, old)["now"]] == ["zone"]
    assert [one["unit"] for one in told(cast, new)["now"]] == ["zone.tax"]
    with scope(PLATFORM):
        assert Case.objects.get(pk=old).item_id != Case.objects.get(pk=new).item_id


def test_an_overlay_stands_in_place_of_a_shipped_item_and_a_faulty_file_closes_nothing(
    cast: Cast, overlay: Path
) -> None:
    (overlay / "training.yaml").write_text(TRAINING.replace("培训报名", "本区培训"), encoding="utf-8")
    (overlay / "broken.yaml").write_text("key: broken\nversion: x\n", encoding="utf-8")
    with cast.act("office"):
        words = {one["key"]: one["zh"] for one in api.list_items()}
    assert words["training"] == "本区培训" and len(words) >= 11
    assert [path.name for path in api.faults()] == ["broken.yaml"]
    (overlay / "training.yaml").unlink()
    with cast.act("office"):
        assert api.item("training")["zh"] == "培训报名"


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("version: 2", "version: 1.5"), "format.item.value", 3),
        (("status: on", "status: maybe"), "format.item.value", 4),
        (("who: all", "who: [king]"), "code.item.role", 14),
        (("author: zone", "author: nowhere"), "code.item.unit", 9),
        (("    persons: {type: integer", "    persons: {type: colour"), "format.item.value", 24),
        (("maximum: 50}", "maximum: 50, colour: red}"), "format.item.unknown", 24),
        (("required: [course", "required: [cours"), "format.item.unknown", 20),
        (("pattern: '[0-9+()\\- ]{6,30}'", "pattern: '['"), "rule.item.pattern", 27),
        (("units: [zone]", "units: [zone, zone]"), "rule.item.twice", 31),
        (("days: 2}\nsteps", "days: 0}\nsteps"), "format.item.value", 29),
        (("days: 2}\nsteps", "days: 2, action: fly}\nsteps"), "code.item.action", 29),
        (("已录取", "已录取{person}"), "format.item.value", 37),
        (("appeal:", "apeal:"), "format.item.missing", 2),
        (("tag: P\nbasis", "tag: Z\nbasis"), "format.item.value", 10),
        (("key: training", "key: Training"), "format.item.value", 2),
        (("key: training", "key: other"), "format.item.name", 2),
        (("version: 2", "version: 2\nversion: 3"), "format.item.yaml", 4),
        (("form:", "form: ["), "format.item.yaml", None),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], code: str, line: int | None) -> None:
    assert change[0] in TRAINING
    path = tmp_path / "training.yaml"
    path.write_text(TRAINING.replace(*change, 1), encoding="utf-8")
    found = api.check_file(path)
    assert code in [one.code for one in found], found
    assert all(one.line >= 1 and one.zh and one.en for one in found)
    if line is not None:
        assert line in [one.line for one in found if one.code == code], [(one.line, one.path) for one in found]


@pytest.mark.parametrize(
    "raw", [b"", b"- a list\n", b"\xff\xfe", b"just words", b"key: *nowhere\n", b"a: " + b"[" * 200]
)
def test_what_is_no_item_is_told_and_never_breaks(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    assert api.check_file(path)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "training.yaml"
    path.write_text(
        TRAINING.replace("version: 2", "version: x").replace("who: all", "who: []").replace("most", "must"),
        encoding="utf-8",
    )
    assert len(api.check_file(path)) >= 2
