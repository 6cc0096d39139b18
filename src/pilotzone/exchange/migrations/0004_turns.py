from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_compact")]
    operations = [sql_file(SQL / "turns.sql", undo="DROP SEQUENCE exchange_claimed, exchange_ticket")]
