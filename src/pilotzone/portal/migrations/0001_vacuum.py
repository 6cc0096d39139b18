"""Vacuum and statistics of the tables the flood writes most (docs/operations.md, Settings of PostgreSQL).

Here and not in the rooms: which tables are hot is seen where all of them run. Partitions by day have their own (kernel pz_leaf).
"""

from django.db import migrations

# written once, read by number: vacuum for the sake of the visibility map and of frozen pages, long before the age limit
GROWS = "autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05"
# rows change while they are on their way: a twentieth is enough
CHANGES = (
    "autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1"
)
# a few rows that every batch changes: dead versions are counted, not their share
SPINS = (
    "fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,"
    " autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000"
)
HOT = {
    GROWS: ("kernel_event", "kernel_audit", "exchange_inbox", "exchange_inbox_group", "exchange_answer", "exchange_receipt"),
    CHANGES: (
        "exchange_outbox", "exchange_delivery", "tax_quota", "tax_quota_hold", "tax_guarantee_hold", "tracking_trade",
    ),
    SPINS: ("kernel_event_cursor", "kernel_audit_chain", "exchange_cursor", "exchange_hook_cursor", "tax_guarantee"),
}  # fmt: skip


def _reset(parameters: str) -> str:
    return ", ".join(part.partition(" = ")[0].strip() for part in parameters.split(",") if "fillfactor" not in part)


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0010_storage_care"),
        ("exchange", "0006_webhooks"),
        ("clearance", "0011_flood_cost"),
        ("tax", "0003_payments_and_papers"),
        ("tracking", "0004_seen_by_number"),
    ]

    operations = [
        migrations.RunSQL(f"ALTER TABLE {table} SET ({parameters})", f"ALTER TABLE {table} RESET ({_reset(parameters)})")
        for parameters, tables in HOT.items()
        for table in tables
    ]
