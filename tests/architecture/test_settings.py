"""Every setting the programs read is documented, and no documented one is unknown."""

from __future__ import annotations

import re

from tests.architecture.house import PACKAGE, ROOT, working_modules

INTERNAL = {"PILOTZONE_TEST_RUN", "PILOTZONE_SUPERVISED", "PILOTZONE_MARKS", "PILOTZONE_CLUSTER"}
FAMILY = re.compile(r"PILOTZONE_(DB_PASSWORD|INTAKE)_$")  # built from the role's or the limit's name


def read() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in working_modules())
    return {found for found in re.findall(r"\bPILOTZONE_[A-Z_]+", text) if not FAMILY.match(found)}


def documented() -> set[str]:
    return set(re.findall(r"^## ([A-Z_]+)$", (ROOT / "docs/settings.md").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_has_its_heading() -> None:
    assert read() - INTERNAL - documented() == set()


def test_no_heading_names_a_setting_nobody_reads() -> None:
    whole = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    dead = {name for name in documented() if name not in whole and not name.startswith("PILOTZONE_DB_PASSWORD")}
    assert dead == set()
