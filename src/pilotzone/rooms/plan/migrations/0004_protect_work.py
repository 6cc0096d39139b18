from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

GOVERNMENT = any_of("pz_is('agency')", "pz_is('district')", ZONE_OFFICE, SYSTEM)
OWN = any_of("(pz_is('agency') AND unit = pz_unit())", "(pz_is('district') AND unit = pz_unit())", ZONE_OFFICE, SYSTEM)
# an appeal belongs to whom its scorecard does
APPEAL = any_of("scorecard_id IN (SELECT id FROM plan_scorecard WHERE unit = pz_unit())", ZONE_OFFICE)


class Migration(migrations.Migration):
    dependencies = [("plan", "0003_work"), ("kernel", "0001_initial")]
    operations = [
        protect("plan_liaison", read=GOVERNMENT, insert=OWN, update=OWN),
        protect("plan_secondment", read=GOVERNMENT, insert=ZONE_OFFICE, update=ZONE_OFFICE),
        protect("plan_meeting", read=GOVERNMENT, insert=ZONE_OFFICE, update=ZONE_OFFICE),
        protect("plan_action", read=GOVERNMENT, insert=ZONE_OFFICE, update=OWN),
        protect("plan_monthly", read=GOVERNMENT, insert=OWN),
        protect("plan_chase", read=GOVERNMENT, insert=SYSTEM),
        protect("plan_scorecard", read=GOVERNMENT, insert=ZONE_OFFICE, update=OWN),
        protect("plan_appeal", read=GOVERNMENT, insert=APPEAL, update=ZONE_OFFICE),
        audited("plan_liaison", hide=("contact",)),
        audited("plan_secondment"),
        audited("plan_meeting"),
        audited("plan_action"),
        audited("plan_monthly"),
        audited("plan_scorecard"),
        audited("plan_appeal"),
    ]
