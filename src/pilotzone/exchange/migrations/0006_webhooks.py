from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
OWN = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_token_use"), ("kernel", "0003_clock_audit_events")]

    operations = [
        sql_file(
            SQL / "webhooks.sql",
            undo="DROP TRIGGER exchange_receipt_writing ON exchange_receipt;"
            "DROP FUNCTION exchange_receipt_writing, exchange_receipt_safe;"
            "DROP TABLE exchange_delivery_attempt, exchange_delivery, exchange_hook_cursor, exchange_hook",
        ),
        protect("exchange_hook", read=OWN, insert=OWN, update=OWN),
        audited("exchange_hook", hide=("secret", "old_secret")),
        protect("exchange_hook_cursor", read=OWN, insert=OWN, update=OWN),
        protect("exchange_delivery", read=OWN, insert=OWN, update=OWN),
        protect("exchange_delivery_attempt", read=OWN, insert=SYSTEM),
    ]
