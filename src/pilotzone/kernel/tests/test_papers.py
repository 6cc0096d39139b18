"""The record of issued papers: one in force for one content, superseded by other content, revoked once, found by its code."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import papers
from pilotzone.kernel.access.actor import CONSUMER, ENTERPRISE, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.papers import Issued

pytestmark = pytest.mark.django_db
ONE, OTHER = "a" * 64, "b" * 64
FIRM = Actor(kind=ENTERPRISE, organisation=501, person=7, role="ebp")


def issue(actor: Actor = FIRM, *, record: str = "R1", digest: str = ONE, stamp: str = "s") -> Issued:
    with scope(actor):
        return papers.issue("bill", record, prefix="SD", digest=digest, stamp=stamp, template=1)


def test_the_same_content_is_the_same_paper() -> None:
    first = issue()
    assert issue() == first and first.number.startswith("SD20") and first.number.endswith(f"{first.id:06d}")
    assert len(first.code) == 20 and set(first.code) <= set(papers.ALPHABET)
    assert issue(record="R2").code != first.code
    assert first.state == papers.VALID


def test_other_content_supersedes_and_says_so_by_the_code() -> None:
    first, second = issue(), issue(digest=OTHER)
    assert second.number != first.number
    found = papers.find(first.code)
    assert found is not None and found.state == papers.SUPERSEDED and found.superseded_at is not None
    assert issue(digest=OTHER) == second


def test_readers_with_other_masks_do_not_supersede_each_other() -> None:
    own = issue()
    office = issue(Actor(kind="agency", unit_path="zone.customs", person=9, role="customs_officer"), digest=OTHER)
    for one in (own, office):
        found = papers.find(one.code)
        assert found is not None and found.state == papers.VALID


def test_a_code_is_read_as_people_type_it_and_nothing_else_is_found() -> None:
    one = issue()
    typed = papers.spelt(one.code).lower().replace("0", "o").replace("1", "l")
    found = papers.find(f"  {typed} ")
    assert found is not None and found.id == one.id
    for wrong in ("", "x", one.code[:-1], one.code + "0", "\0" * 20, "' OR 1=1 --" + one.code, "é" * 20, one.number):
        assert papers.find(wrong) is None


def test_nobody_is_issued_a_paper_and_strangers_see_none() -> None:
    with pytest.raises(Denied):
        issue(NOBODY)
    one = issue()
    for stranger in (
        Actor(kind=ENTERPRISE, organisation=502, person=7, role="ebp"),
        NOBODY,
        Actor(kind=CONSUMER, person=8),
    ):
        with scope(stranger), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kernel_paper WHERE id = %s", (one.id,))
            assert cursor.fetchone()[0] == 0
        with scope(stranger), pytest.raises(Denied):
            papers.revoke(one.code, reason="not mine")


def test_a_revoked_paper_stays_revoked_and_the_next_is_new() -> None:
    one = issue()
    with scope(FIRM), pytest.raises(Refused) as refused:
        papers.revoke(one.code, reason=" ")
    assert refused.value.code == "paper.reason"
    with scope(PLATFORM):
        told = papers.revoke(papers.spelt(one.code), reason="误发")
        assert told.state == papers.REVOKED and told.revoked_why == "误发"
        with pytest.raises(Denied):
            papers.revoke(one.code, reason="again")
    assert issue().code != one.code
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason FROM kernel_audit WHERE action = 'paper.revoke' AND object_id = %s", (one.number,)
        )
        assert cursor.fetchall() == [("误发",)]


@pytest.mark.parametrize(
    "change",
    [f"digest = '{OTHER}'", "issued_at = issued_at + interval '1 day'", "code = reverse(code)", "revoked_at = NULL"],
)
def test_the_database_keeps_what_was_issued(change: str) -> None:
    one = issue()
    with scope(PLATFORM):
        papers.revoke(one.code, reason="x")
        with (
            pytest.raises(DatabaseError, match="kernel.paper.kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE kernel_paper SET {change} WHERE id = %s", (one.id,))


def test_no_paper_is_removed() -> None:
    one = issue()
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("DELETE FROM kernel_paper WHERE id = %s", (one.id,))
        assert cursor.rowcount == 0
