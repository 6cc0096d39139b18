from django.db import migrations


class Migration(migrations.Migration):
    """How long an answered query took: what the promised level of service is held against."""

    dependencies = [("exchange", "0011_hub_federation")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE exchange_hub_use ADD COLUMN took_ms integer CHECK (took_ms >= 0)",
            "ALTER TABLE exchange_hub_use DROP COLUMN took_ms",
        ),
    ]
