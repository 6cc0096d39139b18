from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)
OWN = any_of("(pz_is('agency') AND unit = pz_unit())", "(pz_is('district') AND unit = pz_unit())", ZONE_OFFICE, SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial"), ("kernel", "0001_initial")]
    operations = [
        protect("plan_report", read=GOVERNMENT, insert=OWN, update=OWN),
        protect("plan_objection", read=GOVERNMENT, insert=OWN, update=ZONE_OFFICE),
        protect("plan_deadline", read=GOVERNMENT, insert=GOVERNMENT, update=ZONE_OFFICE),
        audited("plan_report", hide=("evidence",)),
        audited("plan_objection"),
        audited("plan_deadline"),
    ]
