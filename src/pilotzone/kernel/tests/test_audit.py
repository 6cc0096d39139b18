"""The audit trail writes itself and shows what was done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.models import Person, Unit
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db


def test_a_line_carries_the_callers_name_whatever_he_says() -> None:
    with scope(Actor(kind="enterprise", person=7, organisation=3, role="declarant", reason="mend", deputy_of=9)):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_audit (action, object_kind, object_id, person, login, id, number, hash)"
                " VALUES ('x.y', 'thing', '1', 99, 'root', 1, 1, '')"
            )
        (line,) = audit.trail("thing", 1)
    assert (line["person"], line["organisation"], line["deputy_of"], line["reason"]) == (7, 3, 9, "mend")


def test_rows_written_by_orm_bulk_and_raw_sql_all_leave_before_and_after() -> None:
    with scope(PLATFORM):
        unit = Unit.objects.create(code="t1", kind="body", name_zh="甲", name_en="A", path="zone.t1")
        Unit.objects.filter(pk=unit.pk).update(name_en="B")
        connection.cursor().execute("UPDATE kernel_unit SET name_en = 'B' WHERE code = 't1'")
        connection.cursor().execute("DELETE FROM kernel_unit WHERE code = 't1'")
        lines = audit.trail("kernel_unit", unit.pk)
    assert [line["action"] for line in lines] == ["kernel_unit.delete", "kernel_unit.update", "kernel_unit.insert"]
    assert '"B"' in str(lines[1]["after"]) and '"A"' in str(lines[1]["before"])


def test_hidden_columns_show_that_they_changed_and_nothing_more() -> None:
    with scope(PLATFORM):
        person = Person.objects.create(username="p", password="secret-hash")
        Person.objects.filter(pk=person.pk).update(password="other-hash")
        lines = audit.trail("kernel_person", person.pk)
    assert "hash" not in str(lines) and "***" in str(lines[0]["after"])


def test_lines_are_never_changed_or_removed() -> None:
    with scope(PLATFORM):
        audit.record("a.b", object_kind="thing", object_id=1)
    for sql in (
        "UPDATE kernel_audit SET reason = 'x'",
        "DELETE FROM kernel_audit",
    ):
        with scope(PLATFORM), connection.cursor() as cursor:
            cursor.execute(sql)
            assert cursor.rowcount == 0  # web has no policy for it


def test_not_even_by_the_role_that_passes_row_level_security(
    flood_connect: Callable[[], psycopg.Connection[Any]],
) -> None:
    with flood_connect() as raw:
        audit.record("a.b", object_kind="thing", object_id=1, cursor=raw.cursor())
        for sql in (
            "UPDATE kernel_audit SET reason = 'x'",
            "DELETE FROM kernel_audit",
            "UPDATE kernel_audit_chain SET number = 0",
            "DELETE FROM kernel_audit_chain",
        ):
            with pytest.raises(psycopg.Error, match="kernel.audit.kept"), raw.transaction():
                raw.execute(sql)
        raw.rollback()


def test_a_strangers_lines_are_not_seen() -> None:
    with scope(Actor(kind="enterprise", person=1, organisation=1)):
        audit.record("a.b", object_kind="thing", object_id=1)
    with scope(Actor(kind="enterprise", person=2, organisation=2)):
        assert audit.trail("thing", 1) == []


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE kernel_audit SET reason = 'no' WHERE object_kind = 'harmed' AND object_id = '2'", {"changed"}),
        ("DELETE FROM kernel_audit WHERE object_kind = 'harmed' AND object_id = '2'", {"missing"}),
        ("DELETE FROM kernel_audit WHERE object_kind = 'harmed' AND object_id = '3'", {"cut"}),
    ],
)
def test_what_a_stronger_hand_did_shows(owner_connect: Callable[[], Any], harm: str, found: set[str]) -> None:
    raw = owner_connect()
    for number in (1, 2, 3):
        # of a kind of its own: what other tests of this process kept stays untouched
        audit.record("a.b", object_kind="harmed", object_id=number, cursor=raw)
    raw.execute("ALTER TABLE kernel_audit DISABLE TRIGGER kernel_audit_kept")
    assert raw.execute(audit._VERIFY, (20,)).fetchall() == []
    raw.execute(harm)
    assert {row[2] for row in raw.execute(audit._VERIFY, (20,)).fetchall()} == found
    raw.rollback()


def test_the_trail_is_whole_and_its_anchor_moves() -> None:
    with scope(PLATFORM):
        before = audit.anchor()
        audit.record("a.b", object_kind="thing", object_id=1, before={"名": "甲"}, after={"n": 1.5})
        assert audit.verify_chain() == []
        assert audit.anchor() != before


def test_an_undone_step_leaves_no_hole() -> None:
    with scope(PLATFORM):
        audit.record("a.b", object_kind="thing", object_id=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            audit.record("a.b", object_kind="thing", object_id=2)
            connection.cursor().execute("DO $$BEGIN RAISE 'x'; END$$")
        audit.record("a.b", object_kind="thing", object_id=3)
        assert audit.verify_chain() == []
