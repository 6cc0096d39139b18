from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, protect

# receipts of a batch, as MessagePack, zstd, sealed; a row lives for a second or so. Its order is the order of decisions
DUE = """
CREATE TABLE exchange_receipt_due (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body bytea NOT NULL
);
ALTER TABLE exchange_receipt_due ALTER COLUMN body SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    """Receipts wait here, unsigned, between the decision and the signature (docs/adr/0012)."""

    dependencies = [("exchange", "0007_letters")]
    operations = [
        migrations.RunSQL(DUE, "DROP TABLE exchange_receipt_due"),
        protect("exchange_receipt_due", read=SYSTEM, insert=SYSTEM, delete=SYSTEM),
    ]
