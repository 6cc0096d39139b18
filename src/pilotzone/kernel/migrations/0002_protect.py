from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, protect

OWN = "person_id = pz_person()"
OFFICE = any_of(SYSTEM, ZONE_OFFICE)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]

    operations = [
        protect("kernel_membership", read=any_of(OWN, OFFICE), insert=OFFICE, update=OFFICE),
        protect(
            "kernel_grant",
            read=any_of("membership_id IN (SELECT id FROM kernel_membership)", OFFICE),
            insert=OFFICE,
            update=OFFICE,
        ),
        protect(
            "kernel_unitlink",
            read=any_of("organisation_id = pz_organisation()", "pz_is('district', 'agency')", OFFICE),
            insert=OFFICE,
            update=OFFICE,
        ),
    ]
