from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
# as 0009 has it
WATCHES = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor'))"
UNDO = (
    "DROP INDEX exchange_hub_message_waiting, exchange_hub_message_dead, exchange_hub_message_late; CREATE INDEX exchange_hub_message_open"
    " ON exchange_hub_message (target, key, id) WHERE state IN ('queued', 'dead'); ALTER TABLE exchange_hub_concern"
    " ADD CONSTRAINT exchange_hub_concern_use_fkey FOREIGN KEY (use) REFERENCES exchange_hub_use (id);"
    "ALTER TABLE exchange_hub_client DROP COLUMN push_url; ALTER TABLE exchange_hub_message DROP COLUMN signature; DROP TABLE exchange_hub_entry; ALTER TABLE exchange_hub_log DROP COLUMN ticket;"
    " DROP FUNCTION exchange_hub_chain; DROP TRIGGER exchange_hub_passed ON exchange_hub_log; DROP FUNCTION exchange_hub_passed;"
    " CREATE FUNCTION exchange_hub_fill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$"
    " DECLARE was exchange_hub_head; BEGIN SELECT * INTO STRICT was FROM exchange_hub_head FOR UPDATE;"
    " NEW.number := was.number + 1; NEW.at := pz_now();"
    " NEW.hash := sha256(was.hash || int8send(NEW.number) || sha256(convert_to(NEW.entry, 'UTF8')));"
    " UPDATE exchange_hub_head SET number = NEW.number, hash = NEW.hash; RETURN NEW; END $$;"
    " CREATE TRIGGER exchange_hub_fill BEFORE INSERT ON exchange_hub_log FOR EACH ROW EXECUTE FUNCTION exchange_hub_fill();"
)


class Migration(migrations.Migration):
    """Entries of the hub's log wait, and one pass chains them."""

    dependencies = [("exchange", "0009_hub")]
    operations = [
        sql_file(SQL / "hub_chaining.sql", undo=UNDO),
        protect(
            "exchange_hub_entry",
            read=any_of(WATCHES, SYSTEM),
            insert=any_of("pz_is('agency', 'zone')", SYSTEM),
            delete=SYSTEM,
        ),
    ]
