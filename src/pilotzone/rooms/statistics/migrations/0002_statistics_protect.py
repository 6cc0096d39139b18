"""Who sees what of the statistics: facts nobody, published figures everybody, a self-report the firm and the statisticians."""

from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, any_of, audited, protect

STATISTICS = "(pz_is('agency') AND pz_role() = 'statistician')"
WORKS = any_of(STATISTICS, SYSTEM)
PUBLISHED = "release_id IN (SELECT r.id FROM statistics_release r WHERE r.state = 'published')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"


def kept(table: str, read: str) -> migrations.RunSQL:
    return protect(table, read=read, insert=SYSTEM, update=SYSTEM, delete=SYSTEM)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_statistics_tables"), ("kernel", "0002_protect")]

    operations = [
        kept("statistics_pending", SYSTEM),
        kept("statistics_fact", SYSTEM),
        kept("statistics_cell", WORKS),
        kept("statistics_margin", WORKS),
        kept("statistics_ground", SYSTEM),
        # the calendar is announced to all; what a release says is seen when it is published
        protect("statistics_release", read="true", insert=WORKS, update=any_of(WORKS, CUSTOMS)),
        protect("statistics_figure", read=any_of(PUBLISHED, WORKS), insert=SYSTEM, delete=SYSTEM),
        # 统计法: not even the platform's own jobs read what a firm reported
        protect("statistics_report", read=any_of(OWN, STATISTICS), insert=OWN, update=OWN),
        audited("statistics_release"),
        audited("statistics_report", hide=("answers", "note", "findings")),
        migrations.RunSQL(
            [
                "CREATE INDEX statistics_cell_country ON statistics_cell (country, unit, mode, month)",
                "CREATE INDEX statistics_cell_hs ON statistics_cell (hs text_pattern_ops, country, month)",
                "COMMENT ON TABLE statistics_report IS 'closed to the flood'",
                "CREATE INDEX statistics_cell_unit ON statistics_cell (unit, mode, transport, month)",
            ],
            [
                "DROP INDEX statistics_cell_country",
                "DROP INDEX statistics_cell_hs",
                "DROP INDEX statistics_cell_unit",
            ],
        ),
    ]
