"""Files that prove why a residual may be closed: kept as they came with their hash, never changed. What counties may know of
the reconciliation: protected counts."""

import django.db.models.deletion
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, protect

# whoever sees the residual sees its files: the inner query is under the residual's own policy
OF_RESIDUAL = "EXISTS (SELECT 1 FROM tracking_residual r WHERE r.id = residual_id)"
COUNTY = "(pz_is('district') AND unit = pz_unit())"
KEPT = """
CREATE TRIGGER tracking_residual_file_kept BEFORE UPDATE OR DELETE ON tracking_residual_file
  FOR EACH ROW EXECUTE FUNCTION tracking_step_kept();
"""
NOT_KEPT = "DROP TRIGGER tracking_residual_file_kept ON tracking_residual_file"


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0006_reconcile'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResidualFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=160)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('person', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('residual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tracking.residual')),
            ],
            options={
                'db_table': 'tracking_residual_file',
                'constraints': [models.UniqueConstraint(fields=('residual', 'sha256'), name='tracking_residual_file_once')],
            },
        ),
        migrations.CreateModel(
            name='ResidualFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('unit', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=24)),
                ('hidden', models.BooleanField()),
                ('n', models.IntegerField(null=True)),
                ('rule', models.JSONField()),
            ],
            options={
                'db_table': 'tracking_residual_figure',
                'constraints': [
                    models.UniqueConstraint(fields=('day', 'unit', 'kind'), name='tracking_residual_figure_once'),
                    models.CheckConstraint(condition=models.Q(('hidden', False), ('n__isnull', True), _connector='OR'), name='tracking_residual_figure_hidden'),
                ],
            },
        ),
        protect("tracking_residual_figure", read=any_of(COUNTY, ZONE_OFFICE, SYSTEM), insert=SYSTEM, delete=SYSTEM),
        protect("tracking_residual_file", read=OF_RESIDUAL, insert=SYSTEM),
        migrations.RunSQL(KEPT, NOT_KEPT),
    ]
