from django.db import migrations

TABLES = """
-- What lies in a box is Base64 inside: to compress it costs the sender's processor more than the disk it saves.
ALTER TABLE simulators.mailbox ALTER COLUMN body SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """Messages in boxes are kept as they came."""

    dependencies = [("simulators", "0008_carriers")]
    operations = [migrations.RunSQL(TABLES, "ALTER TABLE simulators.mailbox ALTER COLUMN body SET STORAGE EXTENDED")]
