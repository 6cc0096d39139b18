"""Why a report was corrected is told to the firm and the statisticians alone, as the report is: the audit trail keeps it out."""

from django.db import migrations

from pilotzone.kernel.rls import audited

BEFORE = audited("statistics_report", hide=("answers", "note", "findings"))


class Migration(migrations.Migration):
    dependencies = [("statistics", "0007_statistics_legal_quantity")]

    operations = [
        migrations.RunSQL("DROP TRIGGER statistics_report_audit ON statistics_report", BEFORE.sql),
        audited("statistics_report", hide=("answers", "note", "reason", "findings")),
    ]
