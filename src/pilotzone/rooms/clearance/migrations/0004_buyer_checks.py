import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, any_of, audited, protect

OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
# an answer is visible, and written, with its list
LISTED = "check_list_id IN (SELECT id FROM clearance_buyercheck)"


def key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0003_by_day"),
        ("kernel", "0007_stewardship"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("identity", "valid_to", models.DateField(blank=True, null=True)),
        migrations.AddField("identity", "asked_by", key("kernel.organisation", blank=True, null=True)),
        migrations.CreateModel(
            name="BuyerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("channel", models.CharField(max_length=8)),
                ("authority", models.CharField(max_length=80)),
                ("valid_to", models.DateField()),
                ("total", models.IntegerField()),
                ("matched", models.IntegerField()),
                ("mismatched", models.IntegerField()),
                ("refused", models.IntegerField()),
                ("organisation", key("kernel.organisation")),
                ("person", key(settings.AUTH_USER_MODEL, blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BuyerAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.IntegerField()),
                ("ref", models.CharField(blank=True, max_length=40)),
                ("buyer", models.CharField(blank=True, max_length=64)),
                ("outcome", models.CharField(max_length=10)),
                ("findings", models.JSONField(default=list)),
                ("check_list", key("clearance.buyercheck")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("check_list", "position"), name="clearance_answer_once")
                ],
            },
        ),
        protect("clearance_buyercheck", read=any_of(OWN, CUSTOMS, SYSTEM), insert=any_of(OWN, SYSTEM)),
        protect("clearance_buyeranswer", read=LISTED, insert=LISTED),
        audited("clearance_buyercheck"),
    ]
