from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_turns")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE exchange_client ADD COLUMN used_on date", "ALTER TABLE exchange_client DROP COLUMN used_on"
        ),
        # that a token was used is no change of it: the trail keeps who issued and who revoked it
        migrations.RunSQL(
            "DROP TRIGGER exchange_client_audit ON exchange_client;"
            "CREATE TRIGGER exchange_client_audit AFTER INSERT OR DELETE OR UPDATE OF token_hash, organisation_id, label,"
            " created_at, revoked_at ON exchange_client FOR EACH ROW EXECUTE FUNCTION pz_audit_row('token_hash')",
            "DROP TRIGGER exchange_client_audit ON exchange_client;"
            "CREATE TRIGGER exchange_client_audit AFTER INSERT OR UPDATE OR DELETE ON exchange_client"
            " FOR EACH ROW EXECUTE FUNCTION pz_audit_row('token_hash')",
        ),
    ]
