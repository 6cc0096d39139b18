from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect

OWN = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", SYSTEM)
KEPT = "EXISTS (SELECT 1 FROM exchange_inbox i WHERE i.receipt_id = exchange_result.receipt_id)"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial"), ("kernel", "0003_clock_audit_events")]

    operations = [
        protect("exchange_client", read=OWN, insert=OWN, update=OWN),
        audited("exchange_client", hide=("token_hash",)),
        protect("exchange_inbox", read=OWN, insert=OWN),
        # positions are numbers of nothing: whoever may see a message may see that it was worked on
        protect("exchange_cursor", read="true", update=SYSTEM),
        protect("exchange_result", read=KEPT, insert=SYSTEM, update=SYSTEM),
        protect("exchange_outbox", read=SYSTEM, insert=SYSTEM, update=SYSTEM),
        protect("exchange_receipt", read=OWN, insert=SYSTEM, update=OWN),
    ]
