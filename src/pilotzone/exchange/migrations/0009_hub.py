from pathlib import Path

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect, sql_file

SQL = Path(__file__).resolve().parents[1] / "sql"
# as data/units/roles.yaml says of share.check, audit.read and letters.see
WATCHES = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator', 'auditor'))"
CHECKS = "(pz_is('zone') AND pz_role() = 'operator')"
RUNS = "(pz_is('zone') AND pz_role() IN ('operator', 'administrator'))"
OWN_FIRM = "(pz_is('enterprise') AND raised_organisation = pz_organisation())"
TABLES = (
    "exchange_hub_count", "exchange_hub_batch", "exchange_hub_head", "exchange_hub_log", "exchange_hub_message", "exchange_hub_answer",
    "exchange_hub_client", "exchange_hub_correction", "exchange_hub_concern", "exchange_hub_use", "exchange_hub_agreement",
)  # fmt: skip
FUNCTIONS = "exchange_hub_headed, exchange_hub_kept, exchange_hub_fill, exchange_hub_firm, exchange_hub_step, exchange_hub_is"


def body(*columns: str) -> str:
    return any_of(*(f"exchange_hub_is({column})" for column in columns))


USED = any_of(body("owner", "consumer"), WATCHES, SYSTEM)
FIRM_USED = "(pz_is('enterprise') AND EXISTS (SELECT 1 FROM exchange_hub_concern c WHERE c.use = exchange_hub_use.id AND c.uscc = exchange_hub_firm()))"


class Migration(migrations.Migration):
    """The catalogue's agreements, the hub and its chained log."""

    dependencies = [("exchange", "0008_receipt_window"), ("kernel", "0003_clock_audit_events")]
    operations = [
        sql_file(SQL / "hub.sql", undo=f"DROP TABLE {', '.join(TABLES)}; DROP FUNCTION {FUNCTIONS};"),
        protect(
            "exchange_hub_agreement",
            read=any_of(body("owner", "applicant"), WATCHES, SYSTEM),
            insert=any_of("(exchange_hub_is(applicant) AND applied_by = pz_person() AND state = 'applied')", SYSTEM),
            update=any_of(body("owner", "applicant"), CHECKS, SYSTEM),
        ),
        audited("exchange_hub_agreement"),
        protect("exchange_hub_use", read=any_of(USED, FIRM_USED), insert=any_of(body("owner", "consumer"), SYSTEM)),
        protect(
            "exchange_hub_concern",
            read=any_of("(uscc = exchange_hub_firm())", SYSTEM),
            insert=any_of("pz_is('agency')", SYSTEM),
        ),
        protect(
            "exchange_hub_correction",
            read=any_of(body("owner"), "(raised_unit <> '' AND exchange_hub_is(raised_unit))", OWN_FIRM, WATCHES, SYSTEM),
            insert=any_of("(raised_unit <> '' AND exchange_hub_is(raised_unit))", OWN_FIRM, SYSTEM),
            update=any_of(body("owner"), "(raised_unit <> '' AND exchange_hub_is(raised_unit))", OWN_FIRM, CHECKS, SYSTEM),
        ),
        audited("exchange_hub_correction", hide=("key_value",)),
        protect("exchange_hub_client", read=any_of(RUNS, SYSTEM), insert=any_of(RUNS, SYSTEM), update=any_of(RUNS, SYSTEM)),
        audited("exchange_hub_client", hide=("token_hash",)),
        protect("exchange_hub_answer", read=any_of(body("unit"), SYSTEM), insert=any_of(body("unit"), SYSTEM), delete=SYSTEM),
        protect(
            "exchange_hub_message",
            read=any_of(body("source", "target"), WATCHES, SYSTEM),
            insert=any_of(body("source"), SYSTEM),
            update=any_of(body("target"), RUNS, SYSTEM),
        ),
        protect("exchange_hub_log", read=any_of(WATCHES, SYSTEM), insert=any_of("pz_is('agency', 'zone')", SYSTEM)),
        protect("exchange_hub_head", read="true", update="true"),
        protect("exchange_hub_batch", read=any_of(WATCHES, SYSTEM), insert=SYSTEM),
        protect(
            "exchange_hub_count",
            read=any_of(body("unit"), WATCHES, SYSTEM),
            insert=any_of(body("unit"), SYSTEM),
            update=any_of(body("unit"), SYSTEM),
        ),
        audited("exchange_hub_count"),
    ]
