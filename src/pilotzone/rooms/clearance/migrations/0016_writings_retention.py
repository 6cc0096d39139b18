from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, reprotect

OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"


class Migration(migrations.Migration):
    """The platform's daily round removes documents that nobody went on writing; bodies stay sealed to it."""

    dependencies = [("clearance", "0015_detached_counts")]
    operations = [
        reprotect(
            "clearance_writing",
            before={"read": OWN, "insert": OWN, "update": OWN, "delete": OWN},
            read=any_of(OWN, SYSTEM), insert=OWN, update=OWN, delete=any_of(OWN, SYSTEM),
        )
    ]  # fmt: skip
