"""Printing many papers: what was asked, how far it is, and the sealed file until it is forgotten. Each sees his own."""

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, protect

TABLE = """
CREATE TABLE portal_paper_task (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    person bigint NOT NULL,
    membership bigint,
    kind text NOT NULL,
    keys jsonb NOT NULL,
    language text NOT NULL CHECK (language IN ('zh', 'en')),
    root text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    total int NOT NULL,
    done int NOT NULL DEFAULT 0,
    problem jsonb,
    asked_at timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    finished_at timestamptz,
    name text NOT NULL DEFAULT '',
    size int NOT NULL DEFAULT 0,
    sha256 text NOT NULL DEFAULT '',
    file bytea
);
ALTER TABLE portal_paper_task ALTER file SET STORAGE EXTERNAL;
CREATE INDEX portal_paper_task_person ON portal_paper_task (person, id);
CREATE INDEX portal_paper_task_open ON portal_paper_task (id) WHERE state IN ('waiting', 'running');
"""
OWN = "person = pz_person()"


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_protection"), ("kernel", "0002_protect")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE portal_paper_task"),
        protect("portal_paper_task", read=any_of(OWN, SYSTEM), insert=OWN, update=SYSTEM, delete=SYSTEM),
    ]
