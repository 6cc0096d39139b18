
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0003_clock_audit_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('message_id', models.BigIntegerField()),
                ('inbox_id', models.BigIntegerField()),
                ('position', models.IntegerField()),
                ('kind', models.SmallIntegerField()),
                ('edition', models.CharField(max_length=8)),
                ('key', models.TextField()),
                ('trade_hash', models.BigIntegerField(null=True)),
                ('guid', models.CharField(max_length=36)),
                ('app_type', models.CharField(max_length=1)),
                ('app_time', models.CharField(max_length=14)),
                ('sender', models.BigIntegerField(null=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('head', models.JSONField()),
                ('lines', models.JSONField()),
                ('personal', models.BinaryField(null=True)),
                ('buyer', models.TextField()),
                ('state', models.CharField(max_length=10)),
                ('reasons', models.JSONField()),
                ('accepted_at', models.DateTimeField()),
                ('accepted_on', models.DateField()),
            ],
            options={
                'db_table': 'clearance_document',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('inbox_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=20)),
                ('flow', models.CharField(max_length=1)),
                ('guid', models.CharField(max_length=36)),
                ('sender', models.BigIntegerField(null=True)),
                ('state', models.CharField(max_length=10)),
                ('documents', models.IntegerField()),
                ('received_at', models.DateTimeField()),
                ('hold_until', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('signature', models.JSONField()),
            ],
            options={
                'db_table': 'clearance_message',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=20)),
                ('document_id', models.BigIntegerField(null=True)),
                ('trade_id', models.BigIntegerField(null=True)),
                ('key', models.TextField()),
                ('return_status', models.CharField(max_length=10)),
                ('return_time', models.CharField(max_length=17)),
                ('info', models.TextField()),
                ('pre_no', models.TextField()),
                ('invt_no', models.TextField()),
                ('applied', models.BooleanField()),
                ('why', models.TextField()),
                ('inbox_id', models.BigIntegerField()),
                ('received_at', models.DateTimeField()),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'db_table': 'clearance_receipt',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Trade',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.BigIntegerField(unique=True)),
                ('key', models.TextField()),
                ('flow', models.CharField(max_length=1)),
                ('mode', models.CharField(max_length=4)),
                ('order_id', models.BigIntegerField(null=True)),
                ('payment_id', models.BigIntegerField(null=True)),
                ('waybill_id', models.BigIntegerField(null=True)),
                ('list_id', models.BigIntegerField(null=True)),
                ('receipts_id', models.BigIntegerField(null=True)),
                ('list_message', models.BigIntegerField(null=True)),
                ('order_no', models.TextField()),
                ('pay_no', models.TextField()),
                ('logistics_no', models.TextField()),
                ('cop_no', models.TextField()),
                ('pre_no', models.TextField()),
                ('invt_no', models.TextField()),
                ('bill_no', models.TextField()),
                ('state', models.CharField(max_length=16)),
                ('customs_status', models.CharField(max_length=10)),
                ('return_time', models.CharField(max_length=17)),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('reasons', models.JSONField()),
                ('holder', models.TextField()),
                ('firms', models.JSONField()),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('buyer', models.TextField()),
                ('customs_code', models.CharField(max_length=4)),
                ('unit', models.TextField()),
                ('value', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('tax', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('assessment', models.JSONField(null=True)),
                ('stages', models.JSONField()),
                ('wait_until', models.DateTimeField(null=True)),
                ('first_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('accepted_on', models.DateField(null=True)),
                ('history', models.BooleanField()),
            ],
            options={
                'db_table': 'clearance_trade',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('buyer', models.CharField(max_length=64)),
                ('name_hash', models.CharField(max_length=64)),
                ('matches', models.BooleanField()),
                ('authority', models.CharField(max_length=80)),
                ('checked_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('buyer', 'name_hash'), name='clearance_identity_once')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kinds', models.JSONField(default=list)),
                ('undertaking', models.CharField(max_length=200, verbose_name='书面担责承诺')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trade_id', models.BigIntegerField()),
                ('party', models.CharField(max_length=12)),
                ('urged_at', models.DateTimeField()),
                ('urged_on', models.DateField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('trade_id', 'party', 'organisation', 'urged_on'), name='clearance_urge_daily')],
            },
        ),
    ]
