import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, any_of, audited, protect

OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"


class Migration(migrations.Migration):
    """Payment raw data firms keep here, and customs' requests for them."""

    dependencies = [
        ('clearance', '0005_ukey_signing'),
        ('kernel', '0007_stewardship'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaymentData',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pay_code', models.CharField(max_length=18)),
                ('pay_transaction', models.CharField(max_length=60)),
                ('orders', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ('amount', models.DecimalField(decimal_places=5, max_digits=19)),
                ('currency', models.CharField(max_length=4)),
                ('traded', models.CharField(max_length=14)),
                ('body', models.BinaryField()),
                ('channel', models.CharField(max_length=10)),
                ('deposited_at', models.DateTimeField()),
                ('keep_until', models.DateField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['orders'], name='clearance_paymentdata_orders'), models.Index(fields=['keep_until'], name='clearance_paymentdata_until')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'pay_code', 'pay_transaction'), name='clearance_paymentdata_once')],
            },
        ),
        migrations.CreateModel(
            name='PaymentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_no', models.CharField(max_length=60)),
                ('session', models.CharField(max_length=36)),
                ('service_time', models.CharField(max_length=13)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('state', models.CharField(default='open', max_length=10)),
                ('composed', models.BinaryField(default=bytes)),
                ('composed_at', models.DateTimeField(null=True)),
                ('uploads', models.SmallIntegerField(default=0)),
                ('certificate', models.CharField(blank=True, default='', max_length=64)),
                ('answer_code', models.CharField(blank=True, default='', max_length=8)),
                ('answer_message', models.CharField(blank=True, default='', max_length=1000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state'], name='clearance_paymentreq_state')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'session'), name='clearance_paymentrequest_once')],
            },
        ),
        protect("clearance_paymentdata", read=any_of(OWN, SYSTEM), insert=OWN, update=OWN, delete=SYSTEM),
        audited("clearance_paymentdata", hide=("body",)),
        protect(
            "clearance_paymentrequest",
            read=any_of(OWN, CUSTOMS, SYSTEM), insert=SYSTEM, update=any_of(OWN, SYSTEM),
        ),
        audited("clearance_paymentrequest", hide=("composed",)),
    ]
