
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, ZONE_OFFICE, ZONE_SEES_TRADES, any_of, audited, protect

# other agencies' codes are the last part of their unit's path (data/inspection/sites.yaml)
JOINED = "(pz_is('agency') AND split_part(pz_unit(), '.', 2) = ANY (agencies))"
FIRM = "(pz_is('enterprise') AND pz_organisation() = ANY (parties))"
WHO = any_of(CUSTOMS, ZONE_SEES_TRADES, SYSTEM, JOINED, FIRM)
OURS = any_of(CUSTOMS, SYSTEM)
# whoever sees the order sees what hangs on it: the inner query is under the order's own policy
OF_ORDER = "EXISTS (SELECT 1 FROM clearance_inspection i WHERE i.id = inspection_id)"
OF_OPENING = "EXISTS (SELECT 1 FROM clearance_inspectionopening o WHERE o.id = opening_id)"
OFFICES = any_of("pz_is('agency')", ZONE_OFFICE, SYSTEM)
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
PICTURES = any_of(CUSTOMS, "(pz_is('zone') AND pz_role() = 'auditor')", SYSTEM)

# a bay of a site holds one consignment at a time; site and bay are one number, so that ranges alone guard it
GUARD = """
ALTER TABLE clearance_inspection ADD CONSTRAINT clearance_inspection_slot EXCLUDE USING gist (
    int8range(hashtextextended(site || '#' || bay::text, 0) >> 1, hashtextextended(site || '#' || bay::text, 0) >> 1, '[]') WITH &&,
    tstzrange(slot_from, slot_to) WITH &&
) WHERE (slot_from IS NOT NULL AND state IN ('scheduled', 'opened'));
ALTER TABLE clearance_inspection ADD CONSTRAINT clearance_inspection_slot_whole CHECK (
    (slot_from IS NULL) = (slot_to IS NULL) AND (slot_from IS NULL) = (bay IS NULL)
    AND (slot_from IS NULL OR slot_from < slot_to) AND (state NOT IN ('scheduled', 'opened') OR slot_from IS NOT NULL));
CREATE INDEX clearance_inspection_numbers ON clearance_inspection USING gin (numbers);
CREATE INDEX clearance_inspection_parties ON clearance_inspection USING gin (parties);
"""
UNGUARD = """
DROP INDEX clearance_inspection_numbers, clearance_inspection_parties;
ALTER TABLE clearance_inspection DROP CONSTRAINT clearance_inspection_slot, DROP CONSTRAINT clearance_inspection_slot_whole;
"""


class Migration(migrations.Migration):
    """Joint inspection 查检合一, the liaison register and the Time Release Study."""

    dependencies = [
        ('clearance', '0012_drafts_written'),
        ('kernel', '0011_evidence'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReleaseMonth',
            fields=[
                ('month', models.DateField(primary_key=True, serialize=False)),
                ('released', models.IntegerField()),
                ('underway', models.IntegerField()),
                ('computed_at', models.DateTimeField()),
                ('method', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Inspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('consignment', models.CharField(max_length=140, unique=True)),
                ('flow', models.CharField(max_length=1)),
                ('mode', models.CharField(blank=True, max_length=4)),
                ('customs_code', models.CharField(blank=True, max_length=4)),
                ('site', models.CharField(max_length=40)),
                ('source', models.CharField(max_length=10)),
                ('state', models.CharField(max_length=12)),
                ('version', models.IntegerField(default=1)),
                ('hits', models.JSONField(default=list)),
                ('control', models.BooleanField(default=False)),
                ('agencies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('selected_at', models.DateTimeField()),
                ('bay', models.SmallIntegerField(null=True)),
                ('slot_from', models.DateTimeField(null=True)),
                ('slot_to', models.DateTimeField(null=True)),
                ('notified_at', models.DateTimeField(null=True)),
                ('openings', models.SmallIntegerField(default=0)),
                ('outcome', models.CharField(blank=True, default='', max_length=10)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ordered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InspectionFacility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.CharField(max_length=40)),
                ('facility', models.CharField(max_length=20)),
                ('since', models.DateField()),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InspectionList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trade_id', models.BigIntegerField(unique=True)),
                ('order_no', models.CharField(blank=True, max_length=60)),
                ('invt_no', models.CharField(blank=True, max_length=60)),
                ('seller', models.BigIntegerField(null=True)),
                ('declarant', models.BigIntegerField(null=True)),
                ('joined_at', models.DateTimeField()),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clearance.inspection')),
            ],
        ),
        migrations.CreateModel(
            name='InspectionObjection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=500)),
                ('made_at', models.DateTimeField()),
                ('upheld', models.BooleanField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=500)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clearance.inspection')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.organisation')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InspectionOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ordinal', models.SmallIntegerField()),
                ('site', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('agencies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clearance.inspection')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InspectionEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(max_length=8)),
                ('verdict', models.CharField(blank=True, default='', max_length=8)),
                ('name', models.CharField(blank=True, default='', max_length=120)),
                ('media_type', models.CharField(max_length=40)),
                ('size', models.IntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField()),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clearance.inspectionopening')),
            ],
        ),
        migrations.CreateModel(
            name='InspectionProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trade_id', models.BigIntegerField(unique=True)),
                ('order_no', models.CharField(blank=True, max_length=60)),
                ('flow', models.CharField(max_length=1)),
                ('customs_code', models.CharField(blank=True, max_length=4)),
                ('edition', models.CharField(max_length=60)),
                ('score', models.SmallIntegerField()),
                ('hits', models.JSONField(default=list)),
                ('control', models.BooleanField()),
                ('state', models.CharField(default='proposed', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InspectionResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(null=True, unique=True)),
                ('supervision', models.CharField(max_length=10)),
                ('quarantine', models.CharField(max_length=10)),
                ('findings', models.CharField(blank=True, default='', max_length=1000)),
                ('outcome', models.CharField(max_length=10)),
                ('entered_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('told', models.CharField(blank=True, default='', max_length=200)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opening', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clearance.inspectionopening')),
            ],
        ),
        migrations.CreateModel(
            name='InspectionRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField()),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('since', models.DateField()),
                ('written_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('approved', models.BooleanField(null=True)),
                ('reason', models.CharField(blank=True, default='', max_length=200)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LiaisonCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('port', models.CharField(max_length=20)),
                ('subject', models.CharField(max_length=120)),
                ('words', models.CharField(max_length=1000)),
                ('number', models.CharField(blank=True, default='', max_length=60)),
                ('state', models.CharField(default='open', max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('answer', models.CharField(blank=True, default='', max_length=1000)),
                ('answered_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LiaisonContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('port', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('post', models.CharField(blank=True, default='', max_length=80)),
                ('phone', models.CharField(max_length=40)),
                ('since', models.DateField()),
                ('until', models.DateField(null=True)),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ReleaseStudy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('way', models.CharField(max_length=6)),
                ('site', models.CharField(max_length=40)),
                ('stage', models.CharField(max_length=20)),
                ('n', models.IntegerField()),
                ('missing', models.IntegerField()),
                ('median_s', models.FloatField(null=True)),
                ('p90_s', models.FloatField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('month', 'way', 'site', 'stage'), name='clearance_study_once')],
            },
        ),
        migrations.AddIndex(
            model_name='inspection',
            index=models.Index(fields=['state', 'site', 'slot_from'], name='clearance_inspect_queue'),
        ),
        migrations.AddIndex(
            model_name='inspection',
            index=models.Index(fields=['selected_at'], name='clearance_inspect_day'),
        ),
        migrations.AddConstraint(
            model_name='inspectionfacility',
            constraint=models.UniqueConstraint(fields=('site', 'facility'), name='clearance_facility_once'),
        ),
        migrations.AddConstraint(
            model_name='inspectionobjection',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('inspection',), name='clearance_objection_open'),
        ),
        migrations.AddConstraint(
            model_name='inspectionopening',
            constraint=models.UniqueConstraint(fields=('inspection', 'ordinal'), name='clearance_opening_once'),
        ),
        migrations.AddConstraint(
            model_name='inspectionopening',
            constraint=models.CheckConstraint(condition=models.Q(('ordinal', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='clearance_opening_reason'),
        ),
        migrations.AddIndex(
            model_name='inspectionproposal',
            index=models.Index(fields=['state', '-id'], name='clearance_proposal_state'),
        ),
        migrations.AddIndex(
            model_name='inspectionresult',
            index=models.Index(condition=models.Q(('told_at', None)), fields=['id'], name='clearance_result_untold'),
        ),
        migrations.AddConstraint(
            model_name='inspectionresult',
            constraint=models.CheckConstraint(condition=models.Q(('quarantine__in', ['passed', 'problem']), ('supervision__in', ['passed', 'problem'])), name='clearance_result_both'),
        ),
        migrations.AddConstraint(
            model_name='inspectionresult',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'release'), _negated=True), models.Q(('quarantine', 'passed'), ('supervision', 'passed')), _connector='OR'), name='clearance_result_release'),
        ),
        migrations.AddConstraint(
            model_name='inspectionrules',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('written_by')), _negated=True), _connector='OR'), name='clearance_rules_apart'),
        ),
        migrations.AddIndex(
            model_name='liaisoncase',
            index=models.Index(fields=['state', 'due_on'], name='clearance_liaison_due'),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
        protect("clearance_inspection", read=WHO, insert=OURS, update=OURS),
        protect("clearance_inspectionlist", read=OF_ORDER, insert=OURS, update=SYSTEM),
        protect("clearance_inspectionopening", read=OF_ORDER, insert=CUSTOMS),
        protect("clearance_inspectionresult", read=OF_OPENING, insert=CUSTOMS, update=SYSTEM),
        protect("clearance_inspectionevidence", read=PICTURES, insert=CUSTOMS),
        protect("clearance_inspectionobjection", read=OF_ORDER, insert=OWN, update=CUSTOMS),
        protect("clearance_inspectionproposal", read=any_of(CUSTOMS, ZONE_SEES_TRADES, SYSTEM), insert=SYSTEM, update=OURS),
        protect("clearance_inspectionrules", read=OFFICES, insert="pz_is('agency')", update="pz_is('agency')"),
        protect("clearance_inspectionfacility", read="true", insert=any_of(CUSTOMS, ZONE_OFFICE), update=any_of(CUSTOMS, ZONE_OFFICE)),
        protect("clearance_liaisoncontact", read=OFFICES, insert=OFFICES, update=OFFICES),
        protect("clearance_liaisoncase", read=OFFICES, insert=OFFICES, update=OFFICES),
        protect("clearance_releasestudy", read="true", insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        protect("clearance_releasemonth", read="true", insert=SYSTEM, update=SYSTEM),
        audited("clearance_inspection", hide=("parties",)),
        audited("clearance_inspectionopening"),
        audited("clearance_inspectionresult"),
        audited("clearance_inspectionevidence", hide=("content",)),
        audited("clearance_inspectionobjection"),
        audited("clearance_inspectionrules"),
        audited("clearance_inspectionfacility"),
        audited("clearance_liaisoncontact"),
        audited("clearance_liaisoncase"),
    ]
