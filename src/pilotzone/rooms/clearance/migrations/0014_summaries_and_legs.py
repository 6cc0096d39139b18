"""Summary applications and the declarations made of lists; 507, 509 and 607 line by line (operations/summing.py, legs.py)."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, ZONE_SEES_TRADES, any_of, protect

SEEN = any_of("pz_organisation() = ANY (parties)", CUSTOMS, TAX_OFFICE, ZONE_SEES_TRADES, SYSTEM)
# released export lists by the month they were closed in and where they stand with their summary. A list comes at most two
# months before it is closed, so three months of numbers are read (kernel/partitions.py)
LISTS = """
CREATE FUNCTION clearance_listed(since date, before date)
RETURNS TABLE (id bigint, month date, closed date, seller bigint, agent bigint, customs_code text, standing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format($q$
        SELECT x.id, date_trunc('month', x.closed)::date, x.closed, x.seller, x.agent, x.customs_code,
            (CASE WHEN i.trade_id IS NOT NULL THEN i.state WHEN x.simplified THEN 'exempt' ELSE 'open' END)::text
        FROM (
            SELECT t.id, (coalesce(t.stages->>'closed', t.stages->>'released')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AS closed,
                (t.firms->>'ebc')::bigint AS seller, (t.firms->>'agent')::bigint AS agent, t.customs_code,
                t.stages ? 'simplified' AS simplified
            FROM clearance_trade t WHERE (%s) AND t.flow = 'E' AND t.state IN ('released', 'closed') AND NOT t.history
                AND t.invt_no <> '' AND t.id >= pz_first_id(($1 - interval '2 months')::date) AND t.id < pz_first_id($2)
        ) x LEFT JOIN clearance_summary_item i ON i.trade_id = x.id WHERE x.closed >= $1 AND x.closed < $2
    $q$, seen) USING since, before;
END $$;
REVOKE ALL ON FUNCTION clearance_listed(date, date) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_listed(date, date) TO pz_web, pz_flood;
    END IF;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('clearance', '0013_inspect'),
    ]

    operations = [
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq_no', models.TextField(unique=True)),
                ('sum_no', models.TextField()),
                ('entry_id', models.TextField()),
                ('state', models.CharField(max_length=3)),
                ('customs_code', models.TextField()),
                ('agent_code', models.TextField()),
                ('seller_code', models.TextField()),
                ('gross', models.DecimalField(decimal_places=5, max_digits=19)),
                ('net', models.DecimalField(decimal_places=5, max_digits=19)),
                ('op_time', models.CharField(max_length=17)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='clearance_declared_parties'), models.Index(fields=['sum_no'], name='clearance_declared_number')],
            },
        ),
        migrations.CreateModel(
            name='Leg',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document_id', models.BigIntegerField()),
                ('place', models.IntegerField()),
                ('kind', models.SmallIntegerField()),
                ('key', models.TextField()),
                ('bill_no', models.TextField()),
                ('left_at', models.DateTimeField(null=True)),
                ('at', models.DateTimeField()),
                ('logistics_no', models.TextField()),
                ('hash', models.BigIntegerField()),
                ('list_no', models.TextField()),
                ('trade_id', models.BigIntegerField(null=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'indexes': [models.Index(fields=['key'], name='clearance_leg_key'), models.Index(fields=['bill_no', 'kind'], name='clearance_leg_bill'), models.Index(fields=['trade_id'], name='clearance_leg_trade'), models.Index(condition=models.Q(('trade_id', None)), fields=['at'], name='clearance_leg_open')],
                'constraints': [models.UniqueConstraint(fields=('document_id', 'place'), name='clearance_leg_place')],
            },
        ),
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('key', models.TextField(unique=True)),
                ('cop_no', models.TextField()),
                ('part', models.IntegerField()),
                ('parts', models.IntegerField()),
                ('agent_code', models.TextField()),
                ('seller_code', models.TextField()),
                ('customs_code', models.TextField()),
                ('month', models.DateField(null=True)),
                ('by_producer', models.BooleanField()),
                ('by_name', models.BooleanField()),
                ('lists', models.IntegerField()),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('state', models.CharField(max_length=10)),
                ('sum_no', models.TextField()),
                ('answer', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['parties'], name='clearance_summary_parties'), models.Index(fields=['sum_no'], name='clearance_summary_number')],
            },
        ),
        migrations.CreateModel(
            name='SummaryItem',
            fields=[
                ('trade_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('list_no', models.TextField()),
                ('summary_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(max_length=10)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'db_table': 'clearance_summary_item',
                'indexes': [models.Index(fields=['summary_id'], name='clearance_summary_item_of')],
            },
        ),
        migrations.CreateModel(
            name='DeclarationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list_no', models.TextField()),
                ('line_no', models.IntegerField()),
                ('goods_code', models.CharField(max_length=10)),
                ('place', models.IntegerField(null=True)),
                ('trade_id', models.BigIntegerField(null=True)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='clearance.declaration')),
            ],
            options={
                'db_table': 'clearance_declaration_line',
                'indexes': [models.Index(fields=['list_no'], name='clearance_declared_list')],
                'constraints': [models.UniqueConstraint(fields=('declaration', 'list_no', 'line_no'), name='clearance_declared_once')],
            },
        ),
        *(
            protect(f"clearance_{table}", read=SEEN)
            for table in ("summary", "summary_item", "declaration", "declaration_line", "leg")
        ),
        migrations.RunSQL(LISTS, "DROP FUNCTION clearance_listed(date, date)"),
    ]
