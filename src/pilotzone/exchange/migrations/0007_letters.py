from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, reprotect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
# as data/units/roles.yaml says of letters.see and platform.run
READERS = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor'))"
OPERATORS = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator'))"
UNDO = """
UPDATE exchange_outbox SET state = 'dead' WHERE state = 'parked';
DROP FUNCTION exchange_letters_of(text);
DROP INDEX exchange_outbox_reference;
DROP INDEX exchange_outbox_created;
DROP INDEX exchange_outbox_stuck;
CREATE INDEX exchange_outbox_stuck ON exchange_outbox (state, id) WHERE state IN ('failed', 'dead');
ALTER TABLE exchange_outbox DROP CONSTRAINT exchange_outbox_state_check,
    ADD CONSTRAINT exchange_outbox_state_check CHECK (state IN ('queued', 'sent', 'failed', 'dead'));
"""


class Migration(migrations.Migration):
    """Letters are read by who operates the platform and who audits it, and put aside by a person."""

    dependencies = [("exchange", "0006_webhooks")]
    operations = [
        sql_file(SQL / "letters.sql", undo=UNDO),
        reprotect(
            "exchange_outbox",
            before={"read": SYSTEM, "insert": SYSTEM, "update": SYSTEM},
            read=any_of(SYSTEM, READERS),
            insert=SYSTEM,
            update=any_of(SYSTEM, OPERATORS),
        ),
    ]
