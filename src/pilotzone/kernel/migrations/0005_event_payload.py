"""Payloads of events as compressed bytes: read by consumers in Python, never searched by the database."""

from django.db import migrations

FORWARD = """
DELETE FROM kernel_event;
ALTER TABLE kernel_event DROP COLUMN payload, ADD COLUMN payload bytea NOT NULL, ADD COLUMN rows int NOT NULL;
ALTER TABLE kernel_event ALTER COLUMN payload SET STORAGE EXTERNAL;
"""
BACK = """
DELETE FROM kernel_event;
ALTER TABLE kernel_event DROP COLUMN rows, DROP COLUMN payload, ADD COLUMN payload jsonb NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_certificates")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
