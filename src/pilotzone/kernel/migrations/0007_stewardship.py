import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, ZONE_OFFICE, any_of, audited, protect, reprotect

OFFICE = any_of(SYSTEM, ZONE_OFFICE)
OWN = "person_id = pz_person()"
OWN_ORGANISATION = "organisation_id = pz_organisation()"
PERSON = settings.AUTH_USER_MODEL
# a deputyship of one's own membership, in its very role and body; the function reads past no policy
NAMES_DEPUTY = "(on_behalf_id = pz_person() AND pz_own_membership(deputy_of_id, role, organisation_id, unit_id))"
AUDIT_READ = any_of("person = pz_person()", "organisation = pz_organisation()")

FUNCTION = """
CREATE FUNCTION pz_own_membership(which bigint, plays text, firm bigint, body bigint) RETURNS boolean
  LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM kernel_membership m WHERE m.id = which AND m.person_id = pz_person() AND m.deputy_of_id IS NULL
        AND m.role = plays AND m.organisation_id IS NOT DISTINCT FROM firm AND m.unit_id IS NOT DISTINCT FROM body
    );
END $$;
"""
BACKFILL = """
ALTER TABLE kernel_membership NO FORCE ROW LEVEL SECURITY;
ALTER TABLE kernel_membership DISABLE TRIGGER kernel_membership_audit;
UPDATE kernel_membership d SET on_behalf_id = m.person_id FROM kernel_membership m WHERE m.id = d.deputy_of_id;
ALTER TABLE kernel_membership ENABLE TRIGGER kernel_membership_audit;
ALTER TABLE kernel_membership FORCE ROW LEVEL SECURITY;
"""


def person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=PERSON, **options
    )


class Migration(migrations.Migration):
    dependencies = [("kernel", "0006_partitions")]

    operations = [
        migrations.AddField(model_name="membership", name="on_behalf", field=person()),
        # foreign keys are checked at the end of a transaction; the table may be changed only after that
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("deputy_of__isnull", True), ("on_behalf__isnull", True))
                | models.Q(("deputy_of__isnull", False), ("on_behalf__isnull", False)),
                name="kernel_membership_behalf",
            ),
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION pz_own_membership"),
        reprotect(
            "kernel_membership",
            before={"read": any_of(OWN, OFFICE), "insert": OFFICE, "update": OFFICE},
            read=any_of(OWN, "on_behalf_id = pz_person()", OFFICE),
            insert=any_of(OFFICE, NAMES_DEPUTY),
            update=any_of(OFFICE, NAMES_DEPUTY),
        ),
        # whoever is stood in for sees what was done in his name
        reprotect(
            "kernel_audit",
            before={"read": any_of(AUDIT_READ, OFFICE), "insert": "true"},
            read=any_of(AUDIT_READ, "deputy_of = pz_person()", OFFICE),
            insert="true",
        ),
        migrations.RunSQL(
            "CREATE INDEX kernel_audit_deputy ON kernel_audit (deputy_of, id) WHERE deputy_of IS NOT NULL",
            "DROP INDEX kernel_audit_deputy",
        ),
        migrations.AddField(model_name="certificate", name="reported_by", field=person()),
        migrations.AddField(
            model_name="certificate",
            name="told",
            field=models.JSONField(blank=True, db_default=[], default=list, verbose_name="已通报"),
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("reason", models.CharField(max_length=300)),
                ("legal_basis", models.CharField(max_length=300, verbose_name="依据")),
                ("ordered_at", models.DateTimeField()),
                ("lifted_on", models.DateField(blank=True, null=True)),
                ("lifted_reason", models.CharField(blank=True, max_length=300)),
                ("lifted_by", person()),
                ("ordered_by", person()),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.unit"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_on", None)),
                        fields=("organisation", "office"),
                        name="kernel_suspension_once",
                    )
                ],
            },
        ),
        protect(
            "kernel_suspension",
            read=any_of(OWN_ORGANISATION, CUSTOMS, OFFICE),
            insert=any_of(CUSTOMS, OFFICE),
            update=any_of(CUSTOMS, OFFICE),
        ),
        audited("kernel_suspension"),
    ]
