
from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, TAX_OFFICE, any_of, protect

FIRM = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", TAX_OFFICE, SYSTEM)
KEPT = """
CREATE TRIGGER tax_refund_entry_kept BEFORE UPDATE OR DELETE ON tax_refund_entry
  FOR EACH ROW EXECUTE FUNCTION tax_entry_kept();
"""
WRITTEN = (
    "tax_export_firm", "tax_export_release", "tax_export_registration", "tax_refund_filing", "tax_refund_line",
    "tax_refund_account", "tax_prerefund", "tax_promotion_year",
)


class Migration(migrations.Migration):

    dependencies = [
        ('tax', '0003_payments_and_papers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportFirm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('valid_from', models.DateField(verbose_name='起始日')),
                ('general', models.BooleanField(default=False, verbose_name='一般纳税人')),
                ('refund_filed', models.BooleanField(default=False, verbose_name='出口退（免）税备案')),
                ('in_zone', models.BooleanField(default=True, verbose_name='综试区注册')),
                ('kind', models.CharField(max_length=8, verbose_name='企业类型')),
                ('class_number', models.SmallIntegerField(verbose_name='分类管理类别')),
                ('locked_until', models.DateField(null=True, verbose_name='类别锁定至')),
                ('false_before', models.BooleanField(default=False, verbose_name='曾提供虚假收汇材料')),
                ('deemed', models.BooleanField(default=False, verbose_name='核定征收')),
                ('facts', models.JSONField(default=dict)),
                ('reasons', models.JSONField(default=list)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'tax_export_firm',
                'constraints': [models.UniqueConstraint(fields=('organisation_id', 'valid_from'), name='tax_export_firm_day'), models.CheckConstraint(condition=models.Q(('class_number__in', [1, 2, 3, 4])), name='tax_export_firm_class')],
            },
        ),
        migrations.CreateModel(
            name='ExportMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('month', models.CharField(max_length=7, verbose_name='所属期')),
                ('at', models.DateTimeField()),
                ('registered', models.IntegerField()),
                ('released', models.IntegerField()),
                ('matched', models.IntegerField()),
                ('differing', models.IntegerField()),
                ('only_registered', models.IntegerField()),
                ('only_released', models.IntegerField()),
            ],
            options={
                'db_table': 'tax_export_match',
                'indexes': [models.Index(fields=['organisation_id', 'month'], name='tax_export_match_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(('registered', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('matched'), '+', models.F('differing')), '+', models.F('only_registered'))), ('released', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('matched'), '+', models.F('differing')), '+', models.F('only_released')))), name='tax_export_match_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='ExportRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20, verbose_name='清单编号')),
                ('line_no', models.IntegerField(verbose_name='商品序号')),
                ('month', models.CharField(max_length=7, verbose_name='所属期')),
                ('exported_on', models.DateField(verbose_name='出口日期')),
                ('goods_name', models.CharField(max_length=250, verbose_name='货物名称')),
                ('unit', models.CharField(max_length=3, verbose_name='计量单位')),
                ('quantity', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='数量')),
                ('price', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='单价')),
                ('amount', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='金额')),
                ('voucher', models.CharField(default='none', max_length=8, verbose_name='进货凭证')),
                ('invoice_no', models.CharField(blank=True, default='', max_length=40, verbose_name='发票号码')),
                ('invoice_amount', models.DecimalField(decimal_places=2, max_digits=19, null=True, verbose_name='不含税金额')),
                ('invoice_matches', models.BooleanField(default=True, verbose_name='发票与出口匹配')),
                ('vat_rate', models.DecimalField(decimal_places=4, max_digits=5, null=True, verbose_name='征税率')),
                ('refund_rate', models.DecimalField(decimal_places=4, max_digits=5, null=True, verbose_name='退税率')),
                ('received_on', models.DateField(null=True, verbose_name='收汇日')),
                ('sold', models.BooleanField(default=True, verbose_name='已销售')),
                ('match', models.CharField(default='waiting', max_length=16)),
                ('differs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), default=list, size=None)),
                ('treatment', models.CharField(default='waits', max_length=12)),
                ('assessment', models.JSONField(default=dict)),
                ('registered_at', models.DateTimeField()),
                ('matched_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'tax_export_registration',
                'indexes': [models.Index(fields=['organisation_id', 'month'], name='tax_export_regist_month')],
                'constraints': [models.UniqueConstraint(fields=('list_no', 'line_no'), name='tax_export_registration_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('price__gt', 0), ('quantity__gt', 0)), name='tax_export_six')],
            },
        ),
        migrations.CreateModel(
            name='ExportRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20, verbose_name='清单编号')),
                ('line_no', models.IntegerField(verbose_name='商品序号')),
                ('month', models.CharField(max_length=7, verbose_name='所属期')),
                ('exported_on', models.DateField(verbose_name='出口日期')),
                ('goods_name', models.CharField(max_length=250, verbose_name='货物名称')),
                ('unit', models.CharField(max_length=3, verbose_name='计量单位')),
                ('quantity', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='数量')),
                ('price', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='单价')),
                ('amount', models.DecimalField(decimal_places=5, max_digits=19, verbose_name='金额')),
                ('hs', models.CharField(max_length=10, verbose_name='商品编码')),
                ('currency', models.CharField(max_length=3, verbose_name='币制')),
                ('mode', models.CharField(max_length=4, verbose_name='监管方式')),
                ('customs_code', models.CharField(max_length=4, verbose_name='关区')),
                ('trade_id', models.BigIntegerField()),
                ('read_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_export_release',
                'indexes': [models.Index(fields=['organisation_id', 'month'], name='tax_export_release_month')],
                'constraints': [models.UniqueConstraint(fields=('list_no', 'line_no'), name='tax_export_release_once')],
            },
        ),
        migrations.CreateModel(
            name='PromotionYear',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('year', models.IntegerField(verbose_name='年度')),
                ('trade', models.CharField(max_length=30)),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=19)),
                ('spend', models.DecimalField(decimal_places=2, max_digits=19)),
                ('commission', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=19)),
                ('contracts', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=19)),
                ('related', models.BooleanField(default=False)),
                ('evidence', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('carry_in', models.DecimalField(decimal_places=2, max_digits=19)),
                ('deducted', models.DecimalField(decimal_places=2, max_digits=19)),
                ('carry_out', models.DecimalField(decimal_places=2, max_digits=19)),
                ('assessment', models.JSONField()),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'tax_promotion_year',
                'constraints': [models.UniqueConstraint(fields=('organisation_id', 'year'), name='tax_promotion_year_once'), models.CheckConstraint(condition=models.Q(('carry_in__gte', 0), ('carry_out', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('carry_in'), '+', models.F('spend')), '-', models.F('deducted'))), ('deducted__gte', 0)), name='tax_promotion_year_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='RefundAccount',
            fields=[
                ('organisation_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('applied', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=19)),
                ('refunded', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=19)),
                ('clawed', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=19)),
            ],
            options={
                'db_table': 'tax_refund_account',
                'constraints': [models.CheckConstraint(condition=models.Q(('applied__gte', 0), ('clawed__gte', 0), ('refunded__gte', models.F('clawed'))), name='tax_refund_account_sums')],
            },
        ),
        migrations.CreateModel(
            name='RefundFiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='申报编号')),
                ('organisation_id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=10)),
                ('month', models.CharField(max_length=7, verbose_name='所属期')),
                ('class_number', models.SmallIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19, verbose_name='退税额')),
                ('marker', models.CharField(blank=True, default='', max_length=10, verbose_name='业务类型')),
                ('fx_proof', models.CharField(blank=True, default='', max_length=60, verbose_name='收汇凭证')),
                ('state', models.CharField(default='draft', max_length=10)),
                ('assessment', models.JSONField()),
                ('body', models.TextField(default='')),
                ('signature', models.TextField(default='')),
                ('certificate', models.TextField(default='')),
                ('drafted_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
                ('receipt_no', models.CharField(blank=True, default='', max_length=40, verbose_name='受理回执')),
                ('accepted_at', models.DateTimeField(null=True)),
                ('due_on', models.DateField(null=True, verbose_name='办理期限')),
                ('warn_on', models.DateField(null=True)),
                ('question', models.TextField(default='')),
                ('answer', models.TextField(default='')),
                ('proposal', models.CharField(blank=True, default='', max_length=8)),
                ('review_reason', models.CharField(blank=True, default='', max_length=300)),
                ('reviewed_by', models.BigIntegerField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('decision_reason', models.CharField(blank=True, default='', max_length=300)),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('refund_no', models.CharField(blank=True, default='', max_length=40, verbose_name='退还书号')),
                ('paid_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'tax_refund_filing',
                'indexes': [models.Index(fields=['organisation_id', '-id'], name='tax_refund_filing_org')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'signed', 'returned', 'accepted', 'question', 'answered', 'reviewed', 'approved', 'refused', 'paid', 'withdrawn'))), name='tax_refund_filing_state'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='tax_refund_filing_amount'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('reviewed_by')), _negated=True), _connector='OR'), name='tax_refund_filing_four_eyes')],
            },
        ),
        migrations.CreateModel(
            name='RefundEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20)),
                ('line_no', models.IntegerField()),
                ('event', models.CharField(max_length=8)),
                ('applied_change', models.DecimalField(decimal_places=2, max_digits=19)),
                ('refunded_change', models.DecimalField(decimal_places=2, max_digits=19)),
                ('clawed_change', models.DecimalField(decimal_places=2, max_digits=19)),
                ('reference', models.CharField(blank=True, default='', max_length=60)),
                ('at', models.DateTimeField()),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.refundfiling')),
            ],
            options={
                'db_table': 'tax_refund_entry',
                'indexes': [models.Index(fields=['organisation_id', '-id'], name='tax_refund_entry_org')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('event', 'REFUND')), fields=('list_no', 'line_no'), name='tax_refund_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='Prerefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20)),
                ('line_no', models.IntegerField()),
                ('base', models.DecimalField(decimal_places=2, max_digits=19)),
                ('refund_rate', models.DecimalField(decimal_places=4, max_digits=5)),
                ('refunded', models.DecimalField(decimal_places=2, max_digits=19)),
                ('handled_on', models.DateField(verbose_name='预退日')),
                ('first_on', models.DateField(verbose_name='核算期起')),
                ('last_on', models.DateField(verbose_name='核算期止')),
                ('state', models.CharField(default='open', max_length=9)),
                ('actual_base', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('difference', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('assessment', models.JSONField(default=dict)),
                ('settled_at', models.DateTimeField(null=True)),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.refundfiling')),
            ],
            options={
                'db_table': 'tax_prerefund',
                'constraints': [models.UniqueConstraint(fields=('list_no', 'line_no'), name='tax_prerefund_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'settled', 'recovered'])), name='tax_prerefund_state')],
            },
        ),
        migrations.CreateModel(
            name='RefundLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation_id', models.BigIntegerField()),
                ('list_no', models.CharField(max_length=20)),
                ('line_no', models.IntegerField()),
                ('base', models.DecimalField(decimal_places=2, max_digits=19)),
                ('refund_rate', models.DecimalField(decimal_places=4, max_digits=5)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=19)),
                ('standing', models.BooleanField(default=True)),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tax.refundfiling')),
            ],
            options={
                'db_table': 'tax_refund_line',
                'constraints': [models.UniqueConstraint(condition=models.Q(('standing', True)), fields=('list_no', 'line_no'), name='tax_refund_line_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='tax_refund_line_amount')],
            },
        ),
        *(protect(table, read=FIRM, insert=SYSTEM, update=SYSTEM) for table in WRITTEN),
        protect("tax_export_match", read=FIRM, insert=SYSTEM),
        protect("tax_refund_entry", read=FIRM, insert=SYSTEM),
        migrations.RunSQL(KEPT, "DROP TRIGGER tax_refund_entry_kept ON tax_refund_entry"),
    ]
