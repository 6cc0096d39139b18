from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, protect

TABLES = """
-- Every version of the reference data (shipped and overlay) by which a trade was judged; trades hold its number.
CREATE TABLE clearance_edition (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version text NOT NULL UNIQUE,     -- reference.edition.version()
    first_at timestamptz NOT NULL DEFAULT pz_now()
);
ALTER TABLE clearance_trade ADD COLUMN edition smallint;

-- Of messages that went to customs those it has answered: a receipt names one of their documents. Customs answers the lists
-- of a message together, so a few of them are enough to look at. Says nothing of what was declared or answered.
CREATE FUNCTION clearance_answered(messages bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT m FROM unnest(messages) m WHERE pz_is('zone', 'system') AND EXISTS (
        SELECT 1 FROM (
            SELECT d.id FROM clearance_document d WHERE d.message_id = m AND d.id > m AND d.id < ((m >> 38) + 1) << 38 LIMIT 3
        ) d JOIN clearance_receipt r ON r.document_id = d.id AND r.id > m)
$$;
REVOKE ALL ON FUNCTION clearance_answered(bigint[]) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_answered(bigint[]) TO pz_web, pz_flood;
    END IF;
END $$;
"""
UNDO = """
DROP FUNCTION clearance_answered(bigint[]);
ALTER TABLE clearance_trade DROP COLUMN edition;
DROP TABLE clearance_edition;
"""


class Migration(migrations.Migration):
    """A trade says by which version of the reference data it was judged; which messages customs answered."""

    dependencies = [("clearance", "0009_change_drafts")]
    operations = [
        migrations.RunSQL(TABLES, UNDO),
        protect("clearance_edition", read="true", insert=SYSTEM),
    ]
