import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, ZONE_OFFICE, any_of, audited, protect

OFFICE = any_of(SYSTEM, ZONE_OFFICE)
OWN = "organisation_id = pz_organisation()"
OWN_MARK = any_of("person_id = pz_person()", SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_clock_audit_events")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="buyer_key",
            field=models.CharField(blank=True, max_length=64, verbose_name="实名核验后的购买人密钥摘要", default=""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("serial", models.CharField(max_length=80)),
                ("algorithm", models.CharField(max_length=12)),
                ("subject", models.CharField(max_length=300)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_reason", models.CharField(blank=True, max_length=200)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChecklistMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("done_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "key"), name="kernel_checklist_once")],
            },
        ),
        protect(
            "kernel_certificate",
            read=any_of(OWN, CUSTOMS, OFFICE),
            insert=any_of(OWN, OFFICE),
            update=any_of(OWN, OFFICE),
        ),
        audited("kernel_certificate"),
        protect("kernel_checklistmark", read=OWN_MARK, insert=OWN_MARK, update=OWN_MARK, delete=OWN_MARK),
    ]
