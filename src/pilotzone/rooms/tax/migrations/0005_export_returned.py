from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, TAX_OFFICE, any_of, protect

FIRM = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", TAX_OFFICE, SYSTEM)


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0004_export_refund'),
    ]

    operations = [
        migrations.AddField(model_name='exportrelease', name='simplified', field=models.BooleanField(default=False, verbose_name='简化申报')),
        migrations.CreateModel(
            name='ExportReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20, verbose_name='清单编号')),
                ('line_no', models.IntegerField(verbose_name='商品序号')),
                ('document_id', models.BigIntegerField()),
                ('trade_id', models.BigIntegerField()),
                ('declared', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='申报数量')),
                ('quantity', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='退运数量')),
                ('returned_on', models.DateField(verbose_name='退货审结日')),
                ('effect', models.CharField(max_length=8)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19, verbose_name='补税或冲减')),
                ('assessment', models.JSONField(default=dict)),
                ('state', models.CharField(max_length=8)),
                ('booked_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_export_return',
                'constraints': [models.UniqueConstraint(fields=('document_id', 'line_no'), name='tax_export_return_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('quantity__gt', 0)), name='tax_export_return_amounts'), models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'waiting'])), name='tax_export_return_state')],
                'indexes': [models.Index(fields=['list_no', 'line_no'], name='tax_export_return_line'), models.Index(fields=['organisation_id', '-id'], name='tax_export_return_org')],
            },
        ),
        protect("tax_export_return", read=FIRM, insert=SYSTEM, update=SYSTEM),
    ]
