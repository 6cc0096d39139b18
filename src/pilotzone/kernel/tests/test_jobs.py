"""A job exists only if its transaction commits."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from pilotzone.kernel import jobs

pytestmark = pytest.mark.django_db


@jobs.task("test.tick", queue="test")
def tick(*, number: int) -> None:
    """Nothing."""


def waiting() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'number')::int FROM procrastinate_jobs WHERE task_name = 'test.tick' ORDER BY id"
        )
        return [row[0] for row in cursor.fetchall()]


def test_asking_for_a_job_is_part_of_the_transaction() -> None:
    jobs.later("test.tick", number=1)
    with pytest.raises(RuntimeError), transaction.atomic():
        jobs.later("test.tick", number=2)
        raise RuntimeError
    assert waiting() == [1]
