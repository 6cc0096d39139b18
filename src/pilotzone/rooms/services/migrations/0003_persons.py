"""A natural person applies for items that allow it: a case is a firm's or a person's, and a person sees his own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, reprotect

OFFICE = "(pz_is('agency') OR pz_is('district') OR pz_is('zone'))"
OWN = "(pz_is('enterprise') AND (organisation_id = pz_organisation() OR agent_id = pz_organisation()))"
TRIED = f"(trial AND {OFFICE} AND applicant_unit <> '' AND applicant_unit = pz_unit())"
AT_DESK = f"(NOT trial AND {OFFICE} AND pz_unit() <> '' AND jsonb_exists(units, pz_unit()))"
ZONE = f"(NOT trial AND submitted_at IS NOT NULL AND {ZONE_OFFICE})"
PERSON = "(pz_is('consumer') AND person_id = pz_person())"
BEFORE = {"read": any_of(OWN, TRIED, AT_DESK, ZONE, SYSTEM), "insert": SYSTEM, "update": SYSTEM}


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0002_protect'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RemoveConstraint(model_name='case', name='services_case_whose'),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(
                condition=models.Q(('organisation__isnull', False), ('person__isnull', True))
                | models.Q(('organisation__isnull', True), ('person__isnull', False))
                | models.Q(('trial', True)),
                name='services_case_whose',
            ),
        ),
        migrations.AddIndex(
            model_name='case', index=models.Index(fields=['person', '-changed_at'], name='services_case_person')
        ),
        reprotect(
            "services_case", before=BEFORE, read=any_of(OWN, PERSON, TRIED, AT_DESK, ZONE, SYSTEM), insert=SYSTEM, update=SYSTEM
        ),
    ]
