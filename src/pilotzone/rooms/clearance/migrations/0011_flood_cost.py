"""Keys in one table, found by sorted numbers; why a trade's tax is what it is, packed (docs/adr/0011)."""

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, protect

KEYS = """
ALTER TABLE clearance_key NO FORCE ROW LEVEL SECURITY;  -- the owner moves every row
ALTER TABLE clearance_key RENAME TO clearance_key_spread;
ALTER INDEX clearance_key_pkey RENAME TO clearance_key_spread_pkey;
CREATE TABLE clearance_key (
    hash bigint NOT NULL,
    namespace smallint NOT NULL,      -- engine/kinds.py numbers, engine/keys.py from 100 on
    key text NOT NULL,
    document_id bigint NOT NULL,      -- of a trade's own key (namespace 100): the trade; 0: named, not yet here
    trade_hash bigint,
    fingerprint bigint NOT NULL,      -- of its content; 0 where the key is no document's
    app_time text NOT NULL,
    accepted_on date NOT NULL,
    deleted boolean NOT NULL
);
INSERT INTO clearance_key SELECT hash, namespace, key, document_id, trade_hash, fingerprint, app_time, accepted_on, deleted
    FROM clearance_key_spread;
ALTER TABLE clearance_key ADD PRIMARY KEY (hash);
-- a key is written once; what is changed later (deleted, replaced) has no index of its own
ALTER TABLE clearance_key SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
DROP TABLE clearance_key_spread;
"""
# JSON as zstd packs it; what was kept before begins with a brace and is read as it stands
ASSESSMENT = """
ALTER TABLE clearance_trade ALTER COLUMN assessment TYPE bytea USING convert_to(assessment::text, 'UTF8');
ALTER TABLE clearance_trade ALTER COLUMN assessment SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    dependencies = [("clearance", "0010_editions")]

    operations = [
        migrations.RunSQL(KEYS),
        protect("clearance_key", read=SYSTEM),
        migrations.RunSQL(ASSESSMENT),
    ]
