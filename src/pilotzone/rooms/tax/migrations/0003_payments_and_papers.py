import django.contrib.postgres.fields
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, any_of, protect

GUARANTOR = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", CUSTOMS, TAX_OFFICE, SYSTEM)


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0002_protect'),
    ]

    operations = [
        migrations.AddField(
            model_name='taxbill',
            name='paid_on',
            field=models.DateField(null=True, verbose_name='缴款日'),
        ),
        migrations.AddField(
            model_name='taxbill',
            name='receipt_no',
            field=models.CharField(db_default='', default='', max_length=50, verbose_name='缴款编号'),
        ),
        migrations.CreateModel(
            name='GuaranteePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('number', models.CharField(max_length=60, verbose_name='凭证编号')),
                ('kind', models.CharField(max_length=12, verbose_name='担保方式')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19, verbose_name='担保金额')),
                ('valid_from', models.DateField(verbose_name='生效日')),
                ('valid_to', models.DateField(null=True, verbose_name='失效日')),
                ('changes', models.IntegerField(default=0)),
                ('recorded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'tax_guarantee_paper',
                'constraints': [models.UniqueConstraint(fields=('organisation_id', 'number'), name='tax_guarantee_paper_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='tax_guarantee_paper_amount')],
            },
        ),
        migrations.CreateModel(
            name='TaxPayment',
            fields=[
                ('receipt_no', models.CharField(max_length=50, primary_key=True, serialize=False, verbose_name='缴款编号')),
                ('paid_on', models.DateField(verbose_name='缴款日')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19, verbose_name='缴款金额')),
                ('bills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), size=None)),
                ('organisation_id', models.BigIntegerField(null=True)),
                ('channel', models.CharField(max_length=12)),
                ('state', models.CharField(max_length=8)),
                ('recorded_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('raw', models.BinaryField(default=b'')),
            ],
            options={
                'db_table': 'tax_payment',
                'indexes': [models.Index(condition=models.Q(('state', 'settled'), _negated=True), fields=['recorded_at'], name='tax_payment_open'), models.Index(fields=['organisation_id', 'recorded_at'], name='tax_payment_org')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['settled', 'waiting', 'differs'])), name='tax_payment_state')],
            },
        ),
        protect("tax_payment", read=GUARANTOR, insert=SYSTEM, update=SYSTEM),
        protect("tax_guarantee_paper", read=GUARANTOR, insert=SYSTEM, update=SYSTEM),
    ]
