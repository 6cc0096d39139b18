from django.db import migrations


class Migration(migrations.Migration):
    """Cancellations and returns name a list by its number; customs finds it by that."""

    dependencies = [("simulators", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX customs_document_number ON simulators.customs_document ((data ->> 'invtNo'))"
            " WHERE data ->> 'invtNo' IS NOT NULL",
            "DROP INDEX simulators.customs_document_number",
        )
    ]
