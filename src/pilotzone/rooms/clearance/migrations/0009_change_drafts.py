import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import audited, protect

OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
# whether a firm names who declares for it: a declarant is told of this much and not whom else it named
MANAGES = """
CREATE FUNCTION clearance_manages(principal bigint, kind text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT 1 FROM clearance_mandate m WHERE m.principal_id = principal AND m.kinds ? kind)
$$;
REVOKE ALL ON FUNCTION clearance_manages(bigint, text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_manages(bigint, text) TO pz_web, pz_flood;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Changes, cancellations and returns a firm is writing; who gave and revoked a mandate, and when."""

    dependencies = [
        ("clearance", "0008_trade_counts"),
        ("kernel", "0007_stewardship"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("mandate", "given_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("mandate", "given_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.AddField("mandate", "revoked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("mandate", "revoked_by", models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
        migrations.AddField("mandate", "revoked_reason", models.CharField(blank=True, db_default="", default="", max_length=200)),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("trade_id", models.BigIntegerField()),
                ("order_no", models.CharField(max_length=60)),
                ("verb", models.CharField(max_length=8)),
                ("kind", models.SmallIntegerField()),
                ("key", models.TextField()),
                ("source", models.BigIntegerField()),
                ("body", models.BinaryField()),
                ("revision", models.IntegerField(default=1)),
                ("writer", models.CharField(blank=True, default="", max_length=36)),
                ("state", models.CharField(default="open", max_length=10)),
                ("receipt", models.CharField(blank=True, default="", max_length=32)),
                ("draft", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "state"], name="clearance_change_firm")],
                "constraints": [models.UniqueConstraint(condition=models.Q(("state", "open")), fields=("organisation", "trade_id", "verb", "kind"), name="clearance_change_open")],
            },
        ),
        protect("clearance_change", read=OWN, insert=OWN, update=OWN, delete=OWN),
        audited("clearance_change", hide=("body",)),
        migrations.RunSQL(MANAGES, "DROP FUNCTION clearance_manages(bigint, text)"),
    ]
