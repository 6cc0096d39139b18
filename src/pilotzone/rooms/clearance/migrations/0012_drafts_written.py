"""单证填写: what firms write on the page before it is a draft; and the papers a draft would be matched with."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pilotzone.kernel.rls import audited, protect

OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
# the papers of the trade a draft names, for the firm whose draft it is and for nobody else. They are judged, never shown:
# the firm learns what a refusal of the same document would tell it.
BESIDE = """
CREATE FUNCTION clearance_beside(asked bigint, waybill bigint)
RETURNS TABLE (id bigint, kind smallint, "position" int, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH mine AS (
        SELECT d.trade_hash, d.key, d.kind FROM clearance_document d
        WHERE d.id = asked AND d.state = 'draft' AND d.sender = pz_organisation() AND pz_is('enterprise')
    ), trade AS (
        SELECT t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id FROM mine JOIN clearance_key k ON k.hash = mine.trade_hash AND k.namespace = 100
            JOIN clearance_trade t ON t.id = k.document_id
        UNION
        SELECT t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id FROM mine JOIN clearance_key k ON k.hash = waybill AND mine.kind IN (3, 13) AND k.key = mine.key
            JOIN clearance_key o ON o.hash = k.trade_hash AND o.namespace = 100
            JOIN clearance_trade t ON t.id = o.document_id
    ), found AS (
        SELECT unnest(ARRAY[t.order_id, t.payment_id, t.waybill_id, t.list_id, t.receipts_id]) AS id FROM trade t
        UNION
        SELECT k.document_id FROM mine JOIN clearance_key k ON k.hash = waybill AND NOT k.deleted
            WHERE mine.kind IN (4, 14) AND k.namespace IN (3, 13)
    )
    SELECT d.id, d.kind, d.position, b.body FROM found JOIN clearance_document d ON d.id = found.id
        JOIN clearance_body b ON b.message_id = d.message_id
$$;
REVOKE ALL ON FUNCTION clearance_beside(bigint, bigint) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_beside(bigint, bigint) TO pz_web;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clearance", "0011_flood_cost"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Writing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.SmallIntegerField()),
                ("name", models.CharField(blank=True, default="", max_length=60)),
                ("template", models.BooleanField(default=False)),
                ("body", models.BinaryField()),
                ("revision", models.IntegerField(default=1)),
                ("writer", models.CharField(blank=True, default="", max_length=36)),
                ("receipt", models.CharField(blank=True, default="", max_length=32)),
                ("made_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(null=True)),
                ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.organisation")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "template"], name="clearance_writing_firm")],
            },
        ),
        protect("clearance_writing", read=OWN, insert=OWN, update=OWN, delete=OWN),
        audited("clearance_writing", hide=("body",)),
        migrations.RunSQL(BESIDE, "DROP FUNCTION clearance_beside(bigint, bigint)"),
    ]
