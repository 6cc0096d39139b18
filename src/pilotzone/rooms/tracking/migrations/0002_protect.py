from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, ZONE_SEES_TRADES, any_of, protect

SEEN = any_of(
    "(pz_is('enterprise') AND pz_organisation() = ANY (parties))",
    "(pz_is('consumer') AND buyer <> '' AND buyer = pz_buyer())",
    CUSTOMS,
    TAX_OFFICE,
    ZONE_SEES_TRADES,
    SYSTEM,
)
OF_TRADE = "trade_id IN (SELECT id FROM tracking_trade)"  # the trade's own policy decides

# Stages of the trades that know one exact number, for a caller who knows nothing else: no names, no reasons.
FIND = """
CREATE FUNCTION tracking_find(wanted text)
RETURNS TABLE (trade bigint, flow text, mode text, state text, holder text, since timestamptz, stages jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT t.id, t.flow, t.mode, t.state, t.holder, t.since,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'state', e.state, 'holder', e.holder) ORDER BY e.at, e.id),
                     '[]'::jsonb)
       FROM (SELECT DISTINCT ON (state) id, at, state, holder FROM tracking_event
             WHERE trade_id = t.id AND state <> '' ORDER BY state, at, id) e)
  FROM tracking_trade t
  WHERE t.id IN (SELECT n.trade_id FROM tracking_number n WHERE n.number = wanted LIMIT 40)
  ORDER BY t.since DESC LIMIT 20
$$;
REVOKE ALL ON FUNCTION tracking_find(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracking_find(text) TO pz_web;
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0001_initial"), ("kernel", "0002_protect")]

    operations = [
        protect("tracking_trade", read=SEEN, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        protect("tracking_number", read=OF_TRADE, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        protect("tracking_event", read=OF_TRADE, insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        # counts of trades by hour and state: nothing of anybody
        protect("tracking_hour", read="true", insert=SYSTEM, update=SYSTEM, delete=SYSTEM),
        migrations.RunSQL(FIND, "DROP FUNCTION tracking_find(text)"),
    ]
