from pathlib import Path

from django.db import migrations, models

from pilotzone.kernel.rls import sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0003_clock_audit_events")]

    operations = [
        sql_file(
            SQL / "inbox.sql",
            undo="DROP TABLE exchange_client, exchange_inbox, exchange_cursor, exchange_result;"
            "DROP FUNCTION exchange_inbox_writing, exchange_inbox_safe",
        ),
        sql_file(SQL / "outbox.sql", undo="DROP TABLE exchange_outbox, exchange_receipt"),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField()),
                ('organisation_id', models.BigIntegerField()),
                ('label', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_client',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counterpart', models.TextField()),
                ('kind', models.TextField()),
                ('body', models.BinaryField()),
                ('keys', models.JSONField()),
                ('state', models.TextField()),
                ('attempts', models.IntegerField()),
                ('next_try_at', models.DateTimeField()),
                ('last_error', models.TextField()),
                ('created_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_outbox',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('receipt_id', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('received_wall', models.DateTimeField()),
                ('channel', models.TextField()),
                ('client', models.TextField()),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('partition', models.SmallIntegerField()),
                ('size', models.IntegerField()),
                ('sha256', models.BinaryField()),
                ('raw', models.BinaryField()),
            ],
            options={
                'db_table': 'exchange_inbox',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('message', models.TextField()),
                ('document_key', models.TextField()),
                ('return_status', models.TextField()),
                ('return_time', models.DateTimeField()),
                ('info', models.TextField()),
                ('xml', models.BinaryField()),
                ('created_at', models.DateTimeField()),
                ('fetched_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_receipt',
                'managed': False,
            },
        ),
    ]
