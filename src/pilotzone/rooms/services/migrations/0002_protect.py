from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, ZONE_OFFICE, any_of, protect

OFFICE = "(pz_is('agency') OR pz_is('district') OR pz_is('zone'))"
# a case on trial is its author's alone; an office sees what came to its desk, the zone office all that was handed in
OWN = "(pz_is('enterprise') AND (organisation_id = pz_organisation() OR agent_id = pz_organisation()))"
TRIED = f"(trial AND {OFFICE} AND applicant_unit <> '' AND applicant_unit = pz_unit())"
AT_DESK = f"(NOT trial AND {OFFICE} AND pz_unit() <> '' AND jsonb_exists(units, pz_unit()))"
ZONE = f"(NOT trial AND submitted_at IS NOT NULL AND {ZONE_OFFICE})"
CASE = any_of(OWN, TRIED, AT_DESK, ZONE, SYSTEM)
HERE = f"({OFFICE} AND pz_unit() <> '' AND unit_path = pz_unit())"  # asked first: the inbox reads nothing else
OF_CASE = "case_id IN (SELECT id FROM services_case)"  # the case's own policy decides
BOTH = any_of(
    "(pz_is('enterprise') AND (principal_id = pz_organisation() OR agent_id = pz_organisation()))", ZONE_OFFICE, SYSTEM
)
ASKED = any_of(
    "(pz_is('enterprise') AND organisation_id = pz_organisation())",
    "(organisation_id IS NULL AND person_id = pz_person())",
    ZONE_OFFICE,
    SYSTEM,
)
REPLAY = any_of("(pz_is('enterprise') AND organisation_id = pz_organisation())", ZONE_OFFICE, SYSTEM)


def kept(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION services_kept()",
        f"DROP TRIGGER {table}_kept ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial"), ("kernel", "0011_evidence")]

    operations = [
        protect("services_version", read="true", insert=SYSTEM),
        protect("services_case", read=CASE, insert=SYSTEM, update=SYSTEM),
        protect("services_desk", read=any_of(HERE, OF_CASE), insert=SYSTEM, update=SYSTEM),
        protect("services_material", read=OF_CASE, insert=SYSTEM, update=SYSTEM),
        protect("services_move", read=OF_CASE, insert=SYSTEM),
        protect("services_notice", read=OF_CASE, insert=SYSTEM),
        protect("services_counter", read=SYSTEM, insert=SYSTEM, update=SYSTEM),
        protect("services_mandate", read=BOTH, insert=SYSTEM, update=SYSTEM),
        protect("services_question", read=ASKED, insert=SYSTEM, update=SYSTEM),
        protect("services_reply", read="question_id IN (SELECT id FROM services_question)", insert=SYSTEM),
        protect("services_replay", read=REPLAY, insert=SYSTEM, update=SYSTEM),
        migrations.RunSQL(
            """
CREATE FUNCTION services_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was decided about a case is never changed or removed' USING ERRCODE = 'restrict_violation';
END $$;
""",
            "DROP FUNCTION services_kept()",
        ),
        kept("services_move"),
        kept("services_notice"),
        kept("services_reply"),
    ]
