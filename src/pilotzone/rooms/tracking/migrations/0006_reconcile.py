"""The daily reconciliation: runs, passes, residuals and what happened to them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, ZONE_SEES_TRADES, any_of, protect

OWN = "(pz_is('enterprise') AND firm = pz_organisation())"
CONCERNED = "(pz_is('agency') AND pz_unit() = ANY (seen_by))"
OFFICERS = any_of("pz_is('agency')", ZONE_SEES_TRADES, SYSTEM)
# whoever sees the residual sees what happened to it: the inner query is under the residual's own policy
OF_RESIDUAL = "EXISTS (SELECT 1 FROM tracking_residual r WHERE r.id = residual_id)"
KEPT = """
CREATE FUNCTION tracking_step_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tracking_residual_step_kept BEFORE UPDATE OR DELETE ON tracking_residual_step
  FOR EACH ROW EXECUTE FUNCTION tracking_step_kept();
"""
NOT_KEPT = """
DROP TRIGGER tracking_residual_step_kept ON tracking_residual_step;
DROP FUNCTION tracking_step_kept;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0005_gathered_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReconcileRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(verbose_name='起始日')),
                ('last', models.DateField(verbose_name='截止日')),
                ('as_of', models.DateField(verbose_name='截至日')),
                ('channel', models.CharField(max_length=8)),
                ('asked_by', models.BigIntegerField(null=True)),
                ('wanted', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None)),
                ('state', models.CharField(default='waiting', max_length=8)),
                ('days', models.IntegerField(default=0)),
                ('done', models.IntegerField(default=0)),
                ('algorithm', models.CharField(max_length=30)),
                ('edition', models.CharField(max_length=16)),
                ('asked_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('found', models.IntegerField(default=0)),
                ('fresh', models.IntegerField(default=0)),
                ('reopened', models.IntegerField(default=0)),
                ('gone', models.IntegerField(default=0)),
                ('unexplained', models.JSONField(default=list)),
                ('problem', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'db_table': 'tracking_reconcile_run',
                'indexes': [models.Index(fields=['state', 'id'], name='tracking_rec_run_state')],
            },
        ),
        migrations.CreateModel(
            name='Residual',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=24)),
                ('key', models.CharField(max_length=80)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('firm', models.BigIntegerField()),
                ('unit', models.CharField(blank=True, max_length=200)),
                ('trade_id', models.BigIntegerField(null=True)),
                ('number', models.CharField(blank=True, max_length=40)),
                ('pass_day', models.DateField()),
                ('day', models.DateField()),
                ('due_on', models.DateField()),
                ('left', models.CharField(max_length=200)),
                ('right', models.CharField(max_length=200)),
                ('legs', models.JSONField(default=list)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('difference', models.DecimalField(decimal_places=2, max_digits=19, null=True)),
                ('owner', models.CharField(max_length=20)),
                ('seen_by', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('state', models.CharField(default='opened', max_length=9)),
                ('found_at', models.DateTimeField()),
                ('first_run', models.BigIntegerField()),
                ('last_run', models.BigIntegerField()),
                ('person', models.BigIntegerField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=300)),
                ('evidence', models.CharField(blank=True, default='', max_length=300)),
            ],
            options={
                'db_table': 'tracking_residual',
                'indexes': [models.Index(fields=['state', 'kind', '-id'], name='tracking_residual_kind'), models.Index(fields=['firm', '-id'], name='tracking_residual_firm'), models.Index(fields=['pass_day'], name='tracking_residual_day')],
            },
        ),
        migrations.CreateModel(
            name='ReconcilePass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='对账日')),
                ('at', models.DateTimeField()),
                ('matched', models.IntegerField()),
                ('rows', models.JSONField()),
                ('kinds', models.JSONField()),
                ('sums', models.JSONField()),
                ('unexplained', models.JSONField(default=list)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.reconcilerun')),
            ],
            options={
                'db_table': 'tracking_reconcile_pass',
                'indexes': [models.Index(fields=['day', '-id'], name='tracking_rec_pass_day')],
                'constraints': [models.UniqueConstraint(fields=('run', 'day'), name='tracking_rec_pass_once')],
            },
        ),
        migrations.CreateModel(
            name='ResidualStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=9)),
                ('at', models.DateTimeField()),
                ('run', models.BigIntegerField(null=True)),
                ('person', models.BigIntegerField(null=True)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('evidence', models.CharField(blank=True, default='', max_length=300)),
                ('left', models.CharField(blank=True, default='', max_length=200)),
                ('right', models.CharField(blank=True, default='', max_length=200)),
                ('residual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.residual')),
            ],
            options={
                'db_table': 'tracking_residual_step',
                'indexes': [models.Index(fields=['residual', 'id'], name='tracking_residual_steps')],
            },
        ),
        protect("tracking_reconcile_run", read=OFFICERS, insert=SYSTEM, update=SYSTEM),
        protect("tracking_reconcile_pass", read=OFFICERS, insert=SYSTEM, update=SYSTEM),
        protect("tracking_residual", read=any_of(OWN, CONCERNED, ZONE_SEES_TRADES, SYSTEM), insert=SYSTEM, update=SYSTEM),
        protect("tracking_residual_step", read=OF_RESIDUAL, insert=SYSTEM),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
