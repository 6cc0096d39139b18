"""The import contracts hold, and foreign keys point down."""

from __future__ import annotations

import configparser
import subprocess
import sys

from django.apps import apps
from django.db.models import Model

from tests.architecture.house import ROOT


def test_the_import_contracts_hold() -> None:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def order(contract: str) -> list[list[str]]:
    """The layers of a contract of .importlinter, highest first."""
    file = configparser.ConfigParser()
    file.read(ROOT / ".importlinter")
    layers = file[f"importlinter:contract:{contract}"]["layers"]
    return [[each.strip(" ()") for each in line.split("|")] for line in layers.splitlines() if line.strip()]


def heights() -> dict[str, tuple[int, int]]:
    """How high each app stands: its floor, and within the rooms its wing."""
    floors = {name: (-level, 0) for level, row in enumerate(order("floors")) for name in row}
    rooms = floors["rooms"][0]
    return floors | {name: (rooms, -level) for level, row in enumerate(order("wings")) for name in row}


def ours(model: type[Model]) -> bool:
    return model.__module__.startswith("pilotzone.")


def test_foreign_keys_point_down() -> None:
    height = heights()
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if ours(model)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and isinstance(field.related_model, type) and ours(field.related_model)
        if model._meta.app_label != field.related_model._meta.app_label
        if not height[model._meta.app_label] > height[field.related_model._meta.app_label]
    ]
    assert upward == []


def test_foreign_keys_leave_nothing_on_the_other_side() -> None:
    """A key to a room below must not grow an attribute there."""
    named = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if ours(model)
        for field in model._meta.local_fields
        if field.is_relation and isinstance(field.related_model, type) and ours(field.related_model)
        if not field.remote_field.hidden
    ]
    assert named == []
