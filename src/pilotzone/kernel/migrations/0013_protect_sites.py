from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, audited, protect

OFFICE = any_of(SYSTEM, ZONE_OFFICE)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0012_sites")]

    operations = [
        # a district's platform is public; its own district changes it
        protect("kernel_site", read="true", insert=OFFICE, update=any_of(OFFICE, "(pz_is('district') AND unit_path = pz_unit())")),
        protect(
            "kernel_siteprovider", read="true",
            insert=any_of(OFFICE, "site_id IN (SELECT id FROM kernel_site WHERE unit_path = pz_unit())"),
            update=any_of(OFFICE, "site_id IN (SELECT id FROM kernel_site WHERE unit_path = pz_unit())"),
        ),
        audited("kernel_site", hide=("logo",)),
        audited("kernel_siteprovider"),
    ]
