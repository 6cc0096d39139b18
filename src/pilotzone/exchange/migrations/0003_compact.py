"""Answers, receipts and letters by the batch: a row a message or a firm, not a row a document (docs/adr/0007)."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, any_of, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OWN = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", SYSTEM)
KEPT = (
    "EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.id = exchange_inbox_number(exchange_answer.receipt_id)"
    " AND i.receipt_id = exchange_answer.receipt_id)"
)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_inbox_groups")]

    operations = [
        sql_file(SQL / "compact.sql"),
        protect("exchange_answer", read=KEPT, insert=SYSTEM),
        protect("exchange_receipt", read=OWN, insert=SYSTEM, update=OWN),
        # certificates are public
        protect("exchange_signer", read="true", insert=SYSTEM),
        migrations.DeleteModel("Receipt"),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation_id", models.BigIntegerField()),
                ("message", models.TextField()),
                ("returns", models.SmallIntegerField()),
                ("keys", ArrayField(models.BigIntegerField())),
                ("guid", models.TextField()),
                ("body", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("signer", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("fetched_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "exchange_receipt", "managed": False},
        ),
    ]
